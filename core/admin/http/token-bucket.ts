import type { Uptime } from '../../base/clock.ts';
import { LeastRecentlyUsed } from '../../base/least-recently-used.ts';
import { adminLimits } from '../../base/limits.ts';
import { networkOf } from '../../base/network.ts';

/** Lets some through at once and then so many a second. */
export class TokenBucket {
  readonly #size: number;
  readonly #perSecond: number;
  readonly #uptime: Uptime;
  #left: number;
  #at: number;

  constructor(size: number, perSecond: number, uptime: Uptime) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#uptime = uptime;
    this.#left = size;
    this.#at = uptime();
  }

  /** Whether one more may pass. */
  take(): boolean {
    const now = this.#uptime();
    this.#left = Math.min(this.#size, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

/** A bucket for each network: nobody takes from those of others. */
export class TokenBuckets {
  readonly #make: () => TokenBucket;
  readonly #buckets = new LeastRecentlyUsed<TokenBucket>(adminLimits.strangerNetworks, () => {});

  constructor(size: number, perSecond: number, uptime: Uptime) {
    this.#make = () => new TokenBucket(size, perSecond, uptime);
  }

  /** Whether one more may pass that comes from this address. */
  take(address: string): boolean {
    return this.#buckets.get(networkOf(address), this.#make).take();
  }
}
