/** How often something is in use, and when it was last. */
interface Use {
  count: number;
  /** Milliseconds of performance.now(). */
  lastUsed: number;
}

/**
 * Counts the uses of things that are known by a name, and tells which of them nobody has used for a while, so that they
 * can be closed.
 */
export class Uses {
  readonly #idleAfter: number;
  readonly #onIdle: (name: string) => void;
  readonly #uses = new Map<string, Use>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param idleAfter milliseconds without any use
   * @param onIdle told once; what is used again afterwards is told of again
   */
  constructor(idleAfter: number, onIdle: (name: string) => void) {
    this.#idleAfter = idleAfter;
    this.#onIdle = onIdle;
  }

  /** In use until the function returned is called; calling that twice is harmless. */
  take(name: string): () => void {
    const uses = this.#touched(name);
    uses.count++;
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      uses.count--;
      this.touch(name);
    };
  }

  /** In use, or not yet told of as idle. */
  has(name: string): boolean {
    return this.#uses.has(name);
  }

  isUsed(name: string): boolean {
    return (this.#uses.get(name)?.count ?? 0) > 0;
  }

  /** Used at this moment, and no longer. */
  touch(name: string): void {
    this.#touched(name);
    this.#wait(this.#idleAfter);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #touched(name: string): Use {
    const uses = this.#uses.get(name) ?? { count: 0, lastUsed: 0 };
    uses.lastUsed = performance.now();
    this.#uses.set(name, uses);
    return uses;
  }

  #wait(delay: number): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tellIdle();
    }, delay).unref();
  }

  #tellIdle(): void {
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [name, { count, lastUsed }] of [...this.#uses]) {
      if (count > 0) continue;
      const left = lastUsed + this.#idleAfter - now;
      if (left > 0) {
        next = Math.min(next, left);
        continue;
      }
      this.#uses.delete(name);
      this.#onIdle(name);
    }
    if (next < Number.POSITIVE_INFINITY) this.#wait(next);
  }
}
