import type { Clock } from '../base/clock.ts';
import { refusalLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import type { Refusal, RefusalLog } from '../base/refusal.ts';

const minute = 60_000;

/** The newest refusals, in memory. The log gets a line for each, and of a storm its beginning and a number a minute. */
export class RecentRefusals implements RefusalLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** A ring: the next one goes to `#next`. */
  readonly #ring: Refusal[] = [];
  #next = 0;
  readonly #listeners = new Set<(refusal: Refusal) => void>();
  /** What was logged in this minute, with how often it came again. */
  readonly #repeats = new Map<string, { readonly refusal: Refusal; times: number }>();
  /** What came in this minute and was not logged at all. */
  #others = 0;
  #minuteEnds: NodeJS.Timeout | undefined;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  record(refusal: Omit<Refusal, 'at'>): void {
    const holders = refusal.holders.slice(0, refusalLimits.holders);
    const complete: Refusal = { ...refusal, holders, at: this.#clock.now() };
    this.#ring[this.#next] = complete;
    this.#next = (this.#next + 1) % refusalLimits.remembered;
    this.#log(complete);
    for (const listener of this.#listeners) listener(complete);
  }

  recent(): readonly Refusal[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)].reverse();
  }

  onRefusal(listener: (refusal: Refusal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Logs what is left to say. */
  close(): void {
    clearTimeout(this.#minuteEnds);
    this.#sumUp();
  }

  #log(refusal: Refusal): void {
    this.#minuteEnds ??= setTimeout(() => this.#sumUp(), minute).unref();
    const key = `${refusal.reason} ${refusal.address} ${refusal.user}`;
    const known = this.#repeats.get(key);
    if (known !== undefined) known.times += 1;
    else if (this.#repeats.size >= refusalLimits.linesPerMinute) this.#others += 1;
    else {
      this.#repeats.set(key, { refusal, times: 0 });
      this.#logger.warn(fieldsOf(refusal), refusal.text);
    }
  }

  #sumUp(): void {
    this.#minuteEnds = undefined;
    for (const { refusal, times } of this.#repeats.values()) {
      const { reason, user, address } = refusal;
      if (times > 0) this.#logger.warn({ reason, user, address, times }, 'refused again within a minute');
    }
    if (this.#others > 0) this.#logger.warn({ times: this.#others }, 'others were refused within a minute too');
    this.#repeats.clear();
    this.#others = 0;
  }
}

function fieldsOf({ reason, user, address, clientId, limit, holders }: Refusal): object {
  const held = holders.map((holder) => `${holder.session} ${holder.user} ${holder.address}`);
  return { reason, user, address, clientId, limit, holders: held.length > 0 ? held.join(', ') : undefined };
}
