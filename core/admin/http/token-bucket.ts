import type { Uptime } from '../../base/clock.ts';
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
  /** Those that were taken from last come last. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(size: number, perSecond: number, uptime: Uptime) {
    this.#make = () => new TokenBucket(size, perSecond, uptime);
  }

  /** Whether one more may pass that comes from this address. */
  take(address: string): boolean {
    const network = networkOf(address);
    const bucket = this.#buckets.get(network) ?? this.#make();
    this.#buckets.delete(network);
    this.#buckets.set(network, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= adminLimits.strangerNetworks) break;
      this.#buckets.delete(oldest);
    }
    return bucket.take();
  }
}
