/** Tells that something has changed, at most once in a while: a storm of logins must not become one of notices. */
export class News {
  readonly #interval: number;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** @param interval milliseconds between a change and the telling, in which others are told of with it */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Returns how to stop listening. */
  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Costs nothing while nobody listens. */
  changed(): void {
    if (this.#timer !== undefined || this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const listener of this.#listeners) listener();
    }, this.#interval);
    this.#timer.unref();
  }
}
