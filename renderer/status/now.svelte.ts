import { windowLimits } from '../limits.ts';

/** The time of day, for texts such as "3 minutes ago" that grow old by themselves. */
export class Now {
  #at = $state(Date.now());

  get at(): number {
    return this.#at;
  }

  /** Returns how to stop it. */
  open(): () => void {
    const timer = setInterval(() => {
      this.#at = Date.now();
    }, windowLimits.clockTick);
    return () => clearInterval(timer);
  }
}
