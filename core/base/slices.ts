import { setImmediate as nextTurn } from 'node:timers/promises';
import { sliceLimits } from './limits.ts';

/**
 * Lets a long loop share the thread: call `await slice.rest()` once per item or per few items; it yields to the event
 * loop only when the slice of time is used up, so a short loop pays next to nothing.
 */
export class Slice {
  #end = performance.now() + sliceLimits.time;

  /** True when the slice is used up. Lets hot loops avoid an `await` per item. */
  get over(): boolean {
    return performance.now() >= this.#end;
  }

  async rest(): Promise<void> {
    if (!this.over) return;
    await nextTurn();
    this.#end = performance.now() + sliceLimits.time;
  }
}

/**
 * One slice of each turn of the event loop for many together, however many they are: those who find it used up wait, and
 * go on in the turns after it in the order they came.
 */
export class SharedSlice {
  #end = 0;
  /** What was used in this turn counts until the next one. */
  #turnIsSet = false;
  readonly #waiting: (() => void)[] = [];

  /** True when those who share it have used it up. It is to be looked at again after each small piece of work. */
  get over(): boolean {
    if (this.#turnIsSet) return performance.now() >= this.#end;
    this.#begin();
    return false;
  }

  /** To be called when it is over. */
  rest(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #begin(): void {
    this.#end = performance.now() + sliceLimits.time;
    this.#turnIsSet = true;
    setImmediate(() => void this.#turn());
  }

  async #turn(): Promise<void> {
    this.#turnIsSet = false;
    if (this.#waiting.length === 0) return;
    this.#begin();
    do {
      this.#waiting.shift()!();
      // Who waited goes on now, before the time is looked at again.
      await undefined;
    } while (this.#waiting.length > 0 && !this.over);
  }
}
