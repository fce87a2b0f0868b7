import type { AdminApi, Job } from '../../core/admin/contract.ts';
import { LiveCall } from '../status/live-call.svelte.ts';

/** All imports and exports, whoever began them: this window, another one, the command line. */
export class MailJobs {
  readonly #list: LiveCall<'jobs.list'>;
  readonly #all = $derived.by(() => (this.#list.value ?? []).toReversed());
  readonly #lastEnd = $derived(Math.max(0, ...this.#all.map(({ endedAt = 0 }) => endedAt)));

  constructor(admin: AdminApi) {
    this.#list = new LiveCall(admin, 'jobs.list', {
      args: () => ({}),
      asksAt: ({ event }) => event === 'jobs.changed',
    });
  }

  /** The newest first. */
  get all(): readonly Job[] {
    return this.#all;
  }

  /** When the last that ended did; 0: none has. */
  get lastEnd(): number {
    return this.#lastEnd;
  }

  /** Returns how to stop asking and listening. */
  open(): () => void {
    return this.#list.open();
  }
}
