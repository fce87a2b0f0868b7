import type { AdminApi, AdminError, Job } from '../../core/admin/contract.ts';
import { windowLimits } from '../limits.ts';
import { Refresher } from '../users/refresher.ts';

/** One job, followed while somebody looks. */
export class JobWatch {
  readonly #admin: AdminApi;
  readonly #id: number;
  readonly #refresher: Refresher;
  #job = $state.raw<Job | undefined>(undefined);
  #failure = $state.raw<AdminError | undefined>(undefined);
  #replaced = $state(false);

  constructor(admin: AdminApi, id: number) {
    this.#admin = admin;
    this.#id = id;
    this.#refresher = new Refresher(admin, ['jobs.changed'], () => this.#load());
  }

  /** As it was last seen. */
  get job(): Job | undefined {
    return this.#job;
  }

  /** It was seen running, and the server knows nothing of it any more: it was restarted. */
  get lost(): boolean {
    const gone = this.#replaced || this.#failure?.code === 'notFound';
    return gone && this.#job?.state === 'running';
  }

  /** Why what is shown may be old; what has ended does not change any more. */
  get problem(): string | undefined {
    const ended = this.#job !== undefined && this.#job.state !== 'running';
    return ended ? undefined : this.#failure?.message;
  }

  /** Returns how to stop. */
  open(): () => void {
    const stop = this.#refresher.open();
    // The last event may be lost with the connection that it came by.
    const timer = setInterval(() => void this.#refresher.refresh(), windowLimits.sessionPoll);
    return () => {
      clearInterval(timer);
      stop();
    };
  }

  async #load(): Promise<void> {
    const reply = await this.#admin.call('jobs.get', { id: this.#id });
    this.#failure = reply.ok ? undefined : reply.error;
    if (!reply.ok) return;
    // Ids begin anew with every start of the server: another job may have this one by now.
    this.#replaced = this.#job !== undefined && this.#job.startedAt !== reply.value.startedAt;
    if (!this.#replaced) this.#job = reply.value;
  }
}
