import type { AdminApi, AdminEvent, AdminResult, ArgsOf, CallName, ResultOf } from '../core/admin/contract.ts';
import { settingKeys } from '../core/settings/schema.ts';
import { windowLimits } from './limits.ts';

/**
 * The way to the server, watched: says when nobody answers, and when somebody does again tells everybody who listens
 * that all may have changed, so that each page fetches anew and no edit is lost.
 */
export class Connection implements AdminApi {
  readonly #server: AdminApi;
  readonly #listeners = new Set<(event: AdminEvent) => void>();
  #problem = $state.raw<string | undefined>(undefined);

  constructor(server: AdminApi) {
    this.#server = server;
  }

  /** Why the server cannot be reached, and what helps. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Looks after the server from now on. Returns how to stop. */
  open(): () => void {
    void this.look();
    const look = () => void this.look();
    const timer = setInterval(look, windowLimits.sessionPoll);
    // Who pastes the address of the next start is waiting for the window to work again.
    window.addEventListener('hashchange', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('hashchange', look);
    };
  }

  async look(): Promise<void> {
    const reply = await this.#server.call('server.info', {});
    const wasLost = this.#problem !== undefined;
    this.#problem = reply.ok ? undefined : reply.error.message;
    if (reply.ok && wasLost) for (const event of allChanged) for (const listener of this.#listeners) listener(event);
  }

  call<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<AdminResult<ResultOf<Name>>> {
    return this.#server.call(name, args);
  }

  onEvent(listener: (event: AdminEvent) => void): () => void {
    this.#listeners.add(listener);
    const stop = this.#server.onEvent(listener);
    return () => {
      this.#listeners.delete(listener);
      stop();
    };
  }
}

/** Every event that says no more than that something is new; a name that is missing here does not compile. */
const news: Readonly<Record<Exclude<PlainEvent, 'settings.changed'>, true>> = {
  'users.changed': true,
  'groups.changed': true,
  'shares.changed': true,
  'services.changed': true,
  'sessions.changed': true,
  'jobs.changed': true,
  'lockouts.changed': true,
  'certificate.changed': true,
};

type PlainEvent = Extract<AdminEvent['event'], `${string}.changed`>;

const allChanged: readonly AdminEvent[] = [
  { event: 'settings.changed', keys: settingKeys },
  ...(Object.keys(news) as (keyof typeof news)[]).map((event) => ({ event })),
];
