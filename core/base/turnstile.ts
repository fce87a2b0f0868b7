/**
 * Lets a crowd that comes at once go on a few at a time: so many in one turn of the event loop, the others in the turns
 * after it, in the order they came. Whoever else has business with the thread is served between.
 */
export class Turnstile {
  readonly #perTurn: number;
  #passed = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** Undefined: go on at once. */
  pass(): Promise<void> | undefined {
    if (this.#passed >= this.#perTurn) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#passed++;
    if (this.#passed === 1) setImmediate(() => this.#turn());
    return undefined;
  }

  #turn(): void {
    const next = this.#waiting.splice(0, this.#perTurn);
    this.#passed = next.length;
    for (const goOn of next) goOn();
    if (next.length > 0) setImmediate(() => this.#turn());
  }
}
