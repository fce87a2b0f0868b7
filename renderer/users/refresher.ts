import type { AdminApi, AdminEvent } from '../../core/admin/contract.ts';

/**
 * Loads at once and after every event that concerns it. Events during a load are answered by one more load: adding 500
 * users tells 500 times, and the list is not read 500 times for that.
 */
export class Refresher {
  readonly #admin: AdminApi;
  readonly #events: ReadonlySet<AdminEvent['event']>;
  readonly #load: () => Promise<void>;
  #running: Promise<void> | undefined;
  #again = false;
  #open = false;

  constructor(admin: AdminApi, events: readonly AdminEvent['event'][], load: () => Promise<void>) {
    this.#admin = admin;
    this.#events = new Set(events);
    this.#load = load;
  }

  /** Returns how to stop. */
  open(): () => void {
    this.#open = true;
    void this.refresh();
    const stop = this.#admin.onEvent(({ event }) => {
      if (this.#events.has(event)) void this.refresh();
    });
    return () => {
      this.#open = false;
      stop();
    };
  }

  /** Resolves when what was true at the call, or something newer, is loaded. */
  refresh(): Promise<void> {
    this.#again = true;
    if (!this.#open) return Promise.resolve();
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && this.#open) {
        this.#again = false;
        await this.#load();
      }
    } finally {
      // In the same breath as the last look: an event between the two would be forgotten.
      this.#running = undefined;
    }
  }
}
