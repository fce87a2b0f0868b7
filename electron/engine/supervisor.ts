import type { AdminApi, AdminEvent, AdminResult, ArgsOf, CallName, ResultOf } from '../../core/admin/contract.ts';
import { adminError } from '../../core/admin/failure.ts';
import type { Uptime } from '../../core/base/clock.ts';
import { engineLimits } from '../limits.ts';
import type { EngineThread, StartEngine } from './engine-thread.ts';
import type { EngineOptions, FromEngine } from './messages.ts';
import { PendingCalls } from './pending-calls.ts';
import type { Timers } from './timers.ts';

/**
 * stopped: nobody wants it to run · starting: its mail is being opened · running · stopping: sessions end ·
 * waiting: it has crashed and is started anew in a moment · problem: it does not run, and `reason` says why.
 */
export interface EngineState {
  readonly name: 'stopped' | 'starting' | 'running' | 'stopping' | 'waiting' | 'problem';
  readonly reason?: string;
}

export interface SupervisorDependencies {
  readonly start: StartEngine;
  /** Asked at every start. */
  readonly options: () => EngineOptions;
  readonly timers: Timers;
  readonly uptime: Uptime;
}

/**
 * Keeps the engine running: starts it, starts it anew when it has crashed, a few times, and then says that it is a
 * problem. It is the administration of whichever engine runs.
 */
export class Supervisor implements AdminApi {
  readonly #dependencies: SupervisorDependencies;
  readonly #pending = new PendingCalls();
  readonly #eventListeners = new Set<(event: AdminEvent) => void>();
  readonly #stateListeners = new Set<(state: EngineState) => void>();
  readonly #endListeners = new Set<() => void>();
  #state: EngineState = { name: 'stopped' };
  #thread: EngineThread | undefined;
  #runningSince: number | undefined;
  #crashes = 0;
  /** Why the thread that is about to end could not start. */
  #failure: Extract<FromEngine, { kind: 'failed' }> | undefined;
  #cancelTimer: () => void = () => {};
  #stopped = Promise.withResolvers<void>();

  constructor(dependencies: SupervisorDependencies) {
    this.#dependencies = dependencies;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Nothing happens when it runs, or is about to. */
  start(): void {
    if (this.#thread !== undefined) return;
    this.#crashes = 0;
    this.#startThread();
  }

  /** Ends all sessions with BYE and resolves when the engine is gone; at the latest after a while, by force. */
  stop(): Promise<void> {
    this.#cancelTimer();
    if (this.#thread === undefined) {
      this.#become({ name: 'stopped' });
      return Promise.resolve();
    }
    if (this.#state.name !== 'stopping') {
      this.#stopped = Promise.withResolvers();
      this.#become({ name: 'stopping' });
      this.#thread.postMessage({ kind: 'stop' });
    }
    this.#cancelTimer = this.#dependencies.timers.after(engineLimits.stopWithin, () => this.#thread?.terminate());
    return this.#stopped.promise;
  }

  /** Stops and starts. */
  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  /** Ends the thread at once, when nobody can wait for a clean end any more. */
  kill(): void {
    this.#thread?.terminate();
  }

  /** Never rejects. Refused at once while no engine is there to answer. */
  call<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<AdminResult<ResultOf<Name>>> {
    const thread = this.#thread;
    if (thread === undefined || this.#state.name === 'stopping') return Promise.resolve(this.#refusal());
    const answer = this.#pending.add((id) => thread.postMessage({ kind: 'call', id, name, args }));
    return answer as Promise<AdminResult<ResultOf<Name>>>;
  }

  onEvent(listener: (event: AdminEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  /** Called after each change of state. Returns how to stop that. */
  onState(listener: (state: EngineState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Called when the administration was asked to end the server, and the app with it. Returns how to stop that. */
  onAskedToEnd(listener: () => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  #startThread(): void {
    const { start, options } = this.#dependencies;
    this.#cancelTimer();
    this.#failure = undefined;
    this.#runningSince = undefined;
    this.#thread = start(options(), {
      onMessage: (message) => this.#take(message),
      onExit: (failure) => this.#exited(failure),
    });
    this.#become({ name: 'starting' });
  }

  #take(message: FromEngine): void {
    if (message.kind === 'result') this.#pending.settle(message.id, message.result);
    else if (message.kind === 'event') for (const listener of this.#eventListeners) listener(message.event);
    else if (message.kind === 'failed') this.#failure = message;
    else if (message.kind === 'ready') this.#ready();
    else if (message.kind === 'askedToEnd') for (const listener of this.#endListeners) listener();
  }

  #ready(): void {
    // Told to stop while it started: it stops now.
    if (this.#state.name !== 'starting') return;
    this.#runningSince = this.#dependencies.uptime();
    this.#become({ name: 'running' });
  }

  #exited(crash: Error | undefined): void {
    const wanted = this.#state.name !== 'stopping';
    this.#thread = undefined;
    this.#cancelTimer();
    if (!wanted) this.#become({ name: 'stopped' });
    else if (this.#failure?.passes) this.#startAgain(`${this.#failure.message}.`, engineLimits.heldFileAgain);
    // What a person has to mend does not mend itself by trying again.
    else if (this.#failure !== undefined) this.#become({ name: 'problem', reason: this.#failure.message });
    else this.#crashed(crash?.message ?? 'It ended by itself');
    this.#pending.settleAll(this.#refusal());
    this.#stopped.resolve();
  }

  #crashed(message: string): void {
    const { uptime } = this.#dependencies;
    const ran = this.#runningSince === undefined ? 0 : uptime() - this.#runningSince;
    if (ran >= engineLimits.wellAfter) this.#crashes = 0;
    const pause = engineLimits.restartAfter[this.#crashes++];
    const reason = `The server has crashed (${message}).`;
    if (pause === undefined) {
      const times = engineLimits.restartAfter.length;
      this.#become({ name: 'problem', reason: `${reason} It was started anew ${times} times; the log may say more.` });
      return;
    }
    this.#startAgain(reason, pause);
  }

  #startAgain(reason: string, pause: number): void {
    this.#become({ name: 'waiting', reason });
    this.#cancelTimer = this.#dependencies.timers.after(pause, () => this.#startThread());
  }

  #refusal(): AdminResult<never> {
    return { ok: false, error: adminError('refused', refusals[this.#state.name] ?? (this.#state.reason as string)) };
  }

  #become(state: EngineState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}

const refusals: Readonly<Partial<Record<EngineState['name'], string>>> = {
  stopped: 'The server is stopped. Start it from the Mailroom icon.',
  starting: 'The server is starting. Try again in a moment.',
  running: 'The server ended meanwhile. Try again in a moment.',
  stopping: 'The server is stopping.',
  waiting: 'The server is being started anew. Try again in a moment.',
};
