import type { AdminApi } from '../../core/admin/contract.ts';
import { bulkText } from '../text/users.ts';
import type { BulkRow } from './bulk-rows.ts';

/** A line of which no user came, and why. */
export interface Skipped {
  readonly line: number;
  readonly name: string;
  readonly reason: string;
}

/** Adds many users, one after another; one that is refused does not keep the others out. */
export class BulkAdd {
  readonly total: number;
  readonly #admin: AdminApi;
  readonly #rows: readonly BulkRow[];
  #done = $state(0);
  #added = $state(0);
  #skipped = $state.raw<readonly Skipped[]>([]);
  #state = $state<'running' | 'cancelled' | 'ended'>('running');

  constructor(admin: AdminApi, rows: readonly BulkRow[]) {
    this.#admin = admin;
    this.#rows = rows;
    this.total = rows.length;
  }

  /** Lines that have been dealt with. */
  get done(): number {
    return this.#done;
  }

  get added(): number {
    return this.#added;
  }

  get skipped(): readonly Skipped[] {
    return this.#skipped;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Users who are there stay; the others are listed as skipped. */
  cancel(): void {
    if (this.#state === 'running') this.#state = 'cancelled';
  }

  async run(): Promise<void> {
    for (const row of this.#rows) {
      const reason = this.#state === 'cancelled' ? bulkText.cancelled : (row.error ?? (await this.#add(row)));
      if (reason === undefined) this.#added += 1;
      else this.#skipped = [...this.#skipped, { line: row.line, name: row.name, reason }];
      this.#done += 1;
    }
    this.#state = 'ended';
  }

  async #add({ name, password, octets }: BulkRow): Promise<string | undefined> {
    const quota = octets === undefined ? {} : { quota: { octets, messages: 0 } };
    const reply = await this.#admin.call('users.add', { name, password, ...quota });
    return reply.ok ? undefined : reply.error.message;
  }
}
