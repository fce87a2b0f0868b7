import { Refused } from '../base/errors.ts';
import type { QuotaLimits, Usage } from '../mail/ports.ts';

/** An account without limits. */
export const NO_LIMITS: QuotaLimits = { octets: undefined, messages: undefined };

/**
 * What the messages of an account take, and what they may (RFC 9208). Counted at the commit, where nobody else can
 * commit: two sessions never both get the last room.
 */
export class Quota {
  #octets: number;
  #messages: number;
  readonly #limits: () => QuotaLimits;

  /** @param limits asked at every use: a limit that is changed holds at once. */
  constructor(usage: Usage, limits: () => QuotaLimits) {
    this.#octets = usage.octets;
    this.#messages = usage.messages;
    this.#limits = limits;
  }

  get usage(): Usage {
    return { octets: this.#octets, messages: this.#messages };
  }

  /** Messages were added; negative numbers: removed. To be called when that is committed. */
  count({ octets, messages }: Usage): void {
    this.#octets += octets;
    this.#messages += messages;
  }

  /** @throws Refused OVERQUOTA when so much more is too much (RFC 9208 section 4.3.1). Nothing more is always allowed. */
  assertRoomFor(more: Usage): void {
    if (more.messages === 0) return;
    const limits = this.#limits();
    if (limits.octets !== undefined && this.#octets + more.octets > limits.octets) {
      const [used, limit, needed] = [this.#octets, limits.octets, more.octets].map(inWords);
      throw overQuota(`${used} of ${limit} are in use, and this takes ${needed}`);
    }
    if (limits.messages !== undefined && this.#messages + more.messages > limits.messages) {
      throw overQuota(`${this.#messages} of ${limits.messages} messages are there, and this adds ${more.messages}`);
    }
  }
}

function overQuota(how: string): Refused {
  return new Refused('OVERQUOTA', `No room for more mail: ${how}. Delete messages, or ask the administrator for room`);
}

const UNITS = ['octets', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Octets as people read them, such as `95.4 MiB`. */
function inWords(octets: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(octets, 1)) / 10), UNITS.length - 1);
  return `${power === 0 ? octets : (octets / 1024 ** power).toFixed(1)} ${UNITS[power]}`;
}
