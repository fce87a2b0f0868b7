import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { type FileCalls, writeFileDurably } from '../base/durable-file.ts';
import { peakLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import { readText } from '../base/text-file.ts';
import type { LimitsStatus, Peak } from './limits-status.ts';

const hourLength = 3_600_000;

const peakSchema = z.object({ name: z.string(), sessions: z.int().min(1), at: z.int() });
const schema = z.object({
  version: z.literal(1),
  /** Oldest first. */
  hours: z.array(z.object({ hour: z.int(), user: peakSchema, address: peakSchema })),
});

type Hour = z.infer<typeof schema>['hours'][number];

/** How many somebody, or some address, has. */
export interface Load {
  readonly name: string;
  readonly sessions: number;
}

export interface LoginPeaksDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files?: FileCalls;
}

/**
 * The most sessions that one user, and one address, had in each hour of the last 7 days. Kept in a file that is written
 * now and then: what the last minutes before a crash saw is no loss.
 */
export class LoginPeaks {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #files: FileCalls | undefined;
  /** By the hour's number since the epoch, in their order. */
  readonly #hours: Map<number, Hour>;
  /** The hour in which somebody last looked at how many there are. */
  #seen: number;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #changed = false;

  private constructor(file: string, hours: readonly Hour[], { clock, logger, files }: LoginPeaksDependencies) {
    this.#file = file;
    this.#clock = clock;
    this.#logger = logger;
    this.#files = files;
    this.#hours = new Map(hours.map((hour) => [hour.hour / hourLength, hour]));
    this.#seen = this.#hourNow();
  }

  /** @param file in a folder that exists. One that cannot be read is passed over: these are numbers to look at. */
  static async open(file: string, dependencies: LoginPeaksDependencies): Promise<LoginPeaks> {
    return new LoginPeaks(file, await readHours(file, dependencies.logger), dependencies);
  }

  /** An hour has begun since `carryOver` was called last: then it must be, before the numbers change. */
  isNewHour(): boolean {
    return this.#hourNow() !== this.#seen;
  }

  /** What there is has been there all the time since the last change, in all hours in between. */
  carryOver(user: Load | undefined, address: Load | undefined): void {
    const now = this.#hourNow();
    const from = Math.max(this.#seen + 1, now - peakLimits.hours + 1);
    this.#seen = now;
    if (user === undefined || address === undefined) return;
    for (let hour = from; hour <= now; hour += 1) this.#raise(hour, user, address, hour * hourLength);
  }

  /** These have so many now. */
  reached(user: Load, address: Load): void {
    this.#raise(this.#hourNow(), user, address, this.#clock.now());
  }

  status(): Pick<LimitsStatus, 'peaks' | 'userPeak' | 'addressPeak'> {
    this.#forgetOld();
    const hours = [...this.#hours.values()];
    return {
      peaks: hours.map(({ hour, user, address }) => ({ hour, user: user.sessions, address: address.sessions })),
      userPeak: highest(hours.map(({ user }) => user)),
      addressPeak: highest(hours.map(({ address }) => address)),
    };
  }

  /** Writes what has not been written. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#write();
  }

  #raise(hour: number, user: Load, address: Load, at: number): void {
    const known = this.#hours.get(hour);
    const next = {
      hour: hour * hourLength,
      user: higher(known?.user, user, at),
      address: higher(known?.address, address, at),
    };
    if (known !== undefined && next.user === known.user && next.address === known.address) return;
    this.#hours.set(hour, next);
    this.#changed = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, peakLimits.writeAfter).unref();
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (!this.#changed) return;
      this.#changed = false;
      this.#forgetOld();
      const content = JSON.stringify({ version: 1, hours: [...this.#hours.values()] } satisfies z.infer<typeof schema>);
      try {
        await writeFileDurably(this.#file, `${content}\n`, this.#files && { files: this.#files });
      } catch (problem) {
        this.#changed = true; // the next time
        this.#logger.warn({ err: problem, file: this.#file }, 'the peaks of concurrent logins cannot be written');
      }
    });
    return this.#writing;
  }

  #forgetOld(): void {
    const now = this.#hourNow();
    // A clock that was set back leaves hours to come, which would be the highest for ever.
    for (const hour of this.#hours.keys()) {
      if (hour <= now - peakLimits.hours || hour > now) this.#hours.delete(hour);
    }
  }

  #hourNow(): number {
    return Math.floor(this.#clock.now() / hourLength);
  }
}

function higher(known: Peak | undefined, load: Load, at: number): Peak {
  return known !== undefined && known.sessions >= load.sessions ? known : { ...load, at };
}

/** The first of equals. */
function highest(peaks: readonly Peak[]): Peak | undefined {
  return peaks.reduce<Peak | undefined>(
    (best, peak) => (best && best.sessions >= peak.sessions ? best : peak),
    undefined,
  );
}

async function readHours(file: string, logger: Logger): Promise<readonly Hour[]> {
  try {
    const text = await readText(file);
    return text === undefined ? [] : schema.parse(JSON.parse(text)).hours;
  } catch (problem) {
    logger.warn({ err: problem, file }, 'the peaks of concurrent logins cannot be read; they begin anew');
    return [];
  }
}
