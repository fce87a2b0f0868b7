import type { AdminEvent, ServiceInfo, SessionInfo } from '../../core/admin/contract.ts';
import type { EngineState, Supervisor } from '../engine/supervisor.ts';
import type { Timers } from '../engine/timers.ts';
import { trayLimits } from '../limits.ts';
import { stateText } from '../text.ts';

/** What the tray shows. */
export interface ServerStatus {
  readonly state: 'running' | 'stopped' | 'problem' | 'busy';
  /** In words: why it is a problem, or what is happening. */
  readonly text: string;
  /** Users with a session, each counted once. */
  readonly users: number;
}

/** Follows the engine and its services, for whoever shows them. */
export class ServerStatusWatch {
  readonly #supervisor: Supervisor;
  readonly #timers: Timers;
  readonly #listeners = new Set<(status: ServerStatus) => void>();
  #services: readonly ServiceInfo[] = [];
  #users = 0;
  #refreshing = false;

  constructor(supervisor: Supervisor, timers: Timers) {
    this.#supervisor = supervisor;
    this.#timers = timers;
    supervisor.onState(({ name }) => {
      if (name === 'running') void this.#refresh();
      else this.#users = 0;
      this.#tell();
    });
    supervisor.onEvent((event) => {
      if (isAbout(event)) this.#refreshSoon();
    });
  }

  get status(): ServerStatus {
    return { ...stateOf(this.#supervisor.state, this.#services), users: this.#users };
  }

  /** What was stopped by a person stays so when the engine is started anew after a crash. */
  get servicesAreStopped(): boolean {
    return this.#services.length > 0 && this.#services.every(({ state }) => state === 'stopped');
  }

  /** Returns how to stop listening. */
  onChange(listener: (status: ServerStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next start of the engine starts the services, whatever they were. */
  forgetServices(): void {
    this.#services = [];
  }

  #refreshSoon(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    this.#timers.after(trayLimits.refreshEvery, () => {
      this.#refreshing = false;
      void this.#refresh();
    });
  }

  async #refresh(): Promise<void> {
    const [services, sessions] = await Promise.all([
      this.#supervisor.call('services.list', {}),
      this.#supervisor.call('sessions.list', {}),
    ]);
    // Not answered: the engine has ended meanwhile, and its state says so.
    if (!services.ok || !sessions.ok) return;
    this.#services = services.value;
    this.#users = usersOf(sessions.value);
    this.#tell();
  }

  #tell(): void {
    const { status } = this;
    for (const listener of this.#listeners) listener(status);
  }
}

function isAbout({ event }: AdminEvent): boolean {
  return event === 'services.changed' || event === 'sessions.changed';
}

function usersOf(sessions: readonly SessionInfo[]): number {
  return new Set(sessions.flatMap(({ accountId }) => accountId ?? [])).size;
}

function stateOf(engine: EngineState, services: readonly ServiceInfo[]): Omit<ServerStatus, 'users'> {
  switch (engine.name) {
    case 'running':
      return servicesState(services);
    case 'stopped':
      return { state: 'stopped', text: stateText.stopped };
    case 'problem':
      return { state: 'problem', text: engine.reason ?? stateText.doesNotRun };
    case 'waiting':
      return { state: 'problem', text: stateText.startedAnew(engine.reason ?? '') };
    case 'starting':
      return { state: 'busy', text: stateText.starting };
    case 'stopping':
      return { state: 'busy', text: stateText.stopping };
  }
}

function servicesState(services: readonly ServiceInfo[]): Omit<ServerStatus, 'users'> {
  const problem = services.find(({ state, problem }) => state === 'problem' || problem !== undefined);
  if (problem !== undefined)
    return { state: 'problem', text: problem.problem ?? stateText.serviceDoesNotRun(problem.name) };
  if (services.some(({ state }) => state === 'running')) return { state: 'running', text: stateText.running };
  if (services.some(({ state }) => state === 'starting')) return { state: 'busy', text: stateText.starting };
  if (services.some(({ state }) => state === 'stopping')) return { state: 'busy', text: stateText.stopping };
  return { state: 'stopped', text: stateText.stopped };
}
