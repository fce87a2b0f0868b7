import type { Uptime } from '../base/clock.ts';
import { adminLimits } from '../base/limits.ts';

interface Attempts {
  wrong: number;
  /** Milliseconds of the uptime before which no password is looked at. */
  until: number;
  last: number;
}

/** Makes guessing slow, by address: after some wrong passwords a pause, after each further one twice as long. */
export class PasswordPauses {
  readonly #uptime: Uptime;
  /** The longest quiet first. */
  readonly #attempts = new Map<string, Attempts>();

  constructor(uptime: Uptime) {
    this.#uptime = uptime;
  }

  /**
   * An attempt begins, and counts as wrong until it is said to have succeeded: many at once are many.
   * @returns milliseconds to wait; 0: the password may be looked at
   */
  begin(from: string): number {
    const now = this.#uptime();
    const attempts = this.#of(from, now);
    if (attempts.until > now) return attempts.until - now;
    attempts.wrong++;
    attempts.last = now;
    const beyond = attempts.wrong - adminLimits.passwordFailures;
    if (beyond >= 0) attempts.until = now + pauseAfter(beyond);
    this.#attempts.delete(from);
    this.#attempts.set(from, attempts);
    this.#forgetOldest();
    return 0;
  }

  succeeded(from: string): void {
    this.#attempts.delete(from);
  }

  #of(from: string, now: number): Attempts {
    const attempts = this.#attempts.get(from);
    const isFresh = attempts === undefined || now - attempts.last > adminLimits.passwordPeace;
    return isFresh ? { wrong: 0, until: 0, last: now } : attempts;
  }

  #forgetOldest(): void {
    for (const oldest of this.#attempts.keys()) {
      if (this.#attempts.size <= adminLimits.passwordAddresses) return;
      this.#attempts.delete(oldest);
    }
  }
}

function pauseAfter(beyond: number): number {
  return Math.min(adminLimits.passwordPause * 2 ** beyond, adminLimits.passwordPauseAtLast);
}

/** For people. */
export function pauseText(milliseconds: number): string {
  return `Too many wrong passwords: try again in ${Math.ceil(milliseconds / 1000)} seconds`;
}
