/** Runs a step at once, and at most once an interval from then on: what comes in between is one step at its end. */
export class Throttle {
  readonly #interval: number;
  readonly #step: () => void;
  #timer: NodeJS.Timeout | undefined;
  #again = false;

  /** @param interval milliseconds */
  constructor(interval: number, step: () => void) {
    this.#interval = interval;
    this.#step = step;
  }

  trigger(): void {
    if (this.#timer !== undefined) {
      this.#again = true;
      return;
    }
    this.#timer = setTimeout(() => this.#rested(), this.#interval).unref();
    this.#step();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#again = false;
  }

  #rested(): void {
    this.#timer = undefined;
    if (!this.#again) return;
    this.#again = false;
    this.trigger();
  }
}
