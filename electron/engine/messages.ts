import type { AdminEvent, AdminResult } from '../../core/admin/contract.ts';

/** What the engine's thread is started with. Plain data: it crosses to another thread. */
export interface EngineOptions {
  /** The data folder. */
  readonly data: string;
  /** False: the services stay stopped until they are started, as they were before a crash. */
  readonly startServices: boolean;
  /** The folder of the built window, for browsers; undefined: they get none. */
  readonly window?: string;
}

/** To the engine. Calls may come before it is ready: they are answered when it is. */
export type ToEngine =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly args: unknown }
  | { readonly kind: 'stop' };

/**
 * From the engine, in this order: `ready` or `failed` · results and events · `stopping` · `stopped`, after which the
 * thread ends by itself.
 */
export type FromEngine =
  /** The password that a first start makes up stays in the engine: the window's welcome sets another. */
  | { readonly kind: 'ready' }
  /**
   * It cannot start; the message is for people and names the remedy. The thread ends. `passes`: another program has a file, and
   * may be done with it when it is tried again.
   */
  | { readonly kind: 'failed'; readonly message: string; readonly passes: boolean }
  | { readonly kind: 'result'; readonly id: number; readonly result: AdminResult<unknown> }
  | { readonly kind: 'event'; readonly event: AdminEvent }
  /** The administration was asked to end the server, and with it the app. The engine waits for `stop`. */
  | { readonly kind: 'askedToEnd' }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'stopped' };
