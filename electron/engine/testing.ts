import type { Timers } from './timers.ts';

/** Timers that run when the test turns the time. */
export class HandTurnedTimers implements Timers {
  now = 0;
  #waiting: { readonly at: number; readonly run: () => void }[] = [];

  after(milliseconds: number, run: () => void): () => void {
    const entry = { at: this.now + milliseconds, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== entry);
    };
  }

  /** Lets so many milliseconds pass, with all that falls due in them. */
  turn(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const [next] = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.now = next.at;
      next.run();
    }
    this.now = end;
  }
}
