/**
 * Who may write the index of an account. There is one connection for writing, so one transaction at a time; those that
 * must let the event loop breathe in the middle (100,000 messages) hold the turn meanwhile. A short one that finds it
 * free runs at once, without a promise in between.
 */
export class WriteTurn {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  /** Runs `work` when its turn has come; first come, first served. */
  async take<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#taken = true;
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  /** The turn is handed over, never freed, while somebody waits: a newcomer cannot slip in between. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken = false;
  }
}
