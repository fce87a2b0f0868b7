import type { AdminApi, AdminResult, CallName } from '../../core/admin/contract.ts';
import { adminError } from '../../core/admin/failure.ts';
import { clientLimits } from '../limits.ts';
import type { EngineListeners, EngineThread, StartEngine } from './engine-thread.ts';
import type { ToEngine } from './messages.ts';
import type { Timers } from './timers.ts';

/** The administration of a server in another process; core's AdminClient is one. */
export interface ServiceConnection extends AdminApi {
  close(): void;
}

/** Undefined: no server runs there. Rejects with the reason for people when nobody can tell. */
export type Connect = (data: string) => Promise<ServiceConnection | undefined>;

/**
 * To the app an engine like any other; the server itself is a process that the system has started. When the app ends, it goes
 * on. While it cannot be reached that is said, and tried again.
 */
export function serviceClient(connect: Connect, timers: Timers): StartEngine {
  return ({ data }, listeners) => new ServiceClient(data, connect, timers, listeners);
}

const unreached: AdminResult<never> = {
  ok: false,
  error: adminError('refused', 'The mail server of this computer cannot be reached'),
};

class ServiceClient implements EngineThread {
  readonly #listeners: EngineListeners;
  readonly #timers: Timers;
  readonly #connection: Promise<ServiceConnection | undefined>;
  #cancelTimer: () => void = () => {};
  #ended = false;

  constructor(data: string, connect: Connect, timers: Timers, listeners: EngineListeners) {
    this.#listeners = listeners;
    this.#timers = timers;
    this.#connection = connect(data).then(
      (connection) => this.#opened(connection),
      (failure: Error) => this.#unreachable(failure.message),
    );
  }

  postMessage(message: ToEngine): void {
    if (message.kind === 'stop') void this.#connection.then((connection) => this.#end(connection));
    else void this.#call(message);
  }

  terminate(): void {
    void this.#connection.then((connection) => this.#end(connection));
  }

  #opened(connection: ServiceConnection | undefined): ServiceConnection | undefined {
    if (connection === undefined) return this.#unreachable('The mail server of this computer does not run');
    connection.onEvent((event) => this.#listeners.onMessage({ kind: 'event', event }));
    this.#listeners.onMessage({ kind: 'ready' });
    this.#lookLater(connection);
    return connection;
  }

  async #call({ id, name, args }: Extract<ToEngine, { kind: 'call' }>): Promise<void> {
    const connection = await this.#connection;
    const result: AdminResult<unknown> = (await connection?.call(name as CallName, args as never)) ?? unreached;
    this.#listeners.onMessage({ kind: 'result', id, result });
  }

  /** Nothing else tells that the server has ended, or another has taken its place. */
  #lookLater(connection: ServiceConnection): void {
    this.#cancelTimer = this.#timers.after(clientLimits.lookEvery, async () => {
      const { ok } = await connection.call('server.info', {});
      if (this.#ended) return;
      if (ok) return this.#lookLater(connection);
      connection.close();
      this.#unreachable('The mail server of this computer does not answer');
    });
  }

  #unreachable(message: string): undefined {
    this.#listeners.onMessage({ kind: 'failed', message, passes: true });
    this.#exit();
    return undefined;
  }

  #end(connection: ServiceConnection | undefined): void {
    connection?.close();
    this.#exit();
  }

  #exit(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelTimer();
    // Whoever started this knows the thread only when this turn is over.
    queueMicrotask(() => this.#listeners.onExit(undefined));
  }
}
