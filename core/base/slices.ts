import { setImmediate } from 'node:timers/promises';
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
    await setImmediate();
    this.#end = performance.now() + sliceLimits.time;
  }
}
