import { Refused } from '../base/errors.ts';
import { quotaLimits } from '../base/limits.ts';
import type { QuotaLimits, Usage } from '../mail/ports.ts';

/** Per cent of a quota whose reaching is told. */
const LEVELS = [80, 90, 100];

/** An account for which nobody has set a limit. */
export const NO_LIMITS: QuotaLimits = { octets: undefined, messages: undefined };

/**
 * What the messages of an account take, and what they may (RFC 9208). Counted at the commit, where nobody else can
 * commit: two sessions never both get the last room.
 */
export class Quota {
  #octets: number;
  #messages: number;
  readonly #limits: () => QuotaLimits;
  readonly #onLevel: (percent: number) => void;
  /** The highest level told since messages were last removed. */
  #told = 0;

  /**
   * @param limits asked at every use: a limit that is changed holds at once
   * @param onLevel called when 80, 90 or 100 % are reached, or something did not fit any more; must not throw
   */
  constructor(usage: Usage, limits: () => QuotaLimits, onLevel: (percent: number) => void = () => {}) {
    this.#octets = usage.octets;
    this.#messages = usage.messages;
    this.#limits = limits;
    this.#onLevel = onLevel;
    this.#told = this.#level;
  }

  get usage(): Usage {
    return { octets: this.#octets, messages: this.#messages };
  }

  /** Messages were added; negative numbers: removed. To be called when that is committed. */
  count({ octets, messages }: Usage): void {
    this.#octets += octets;
    this.#messages += messages;
    if (messages < 0) this.#told = Math.min(this.#told, this.#level);
    else this.#tell(this.#level);
  }

  /**
   * @param intoTrash a full mailbox could not be emptied by programs that copy to the Trash first: there is some room more
   * @throws Refused OVERQUOTA when so much more is too much (RFC 9208 section 4.3.1), LIMIT when no account bears it.
   * Nothing more is always allowed.
   */
  assertRoomFor(more: Usage, intoTrash = false): void {
    if (more.messages === 0) return;
    const limits = intoTrash ? withTrash(this.#limits()) : this.#limits();
    if (limits.octets !== undefined && this.#octets + more.octets > limits.octets) {
      const [used, limit, needed] = [this.#octets, limits.octets, more.octets].map(inWords);
      this.#tell(100);
      throw overQuota(`${used} of ${limit} are in use, and this takes ${needed}`);
    }
    if (limits.messages === undefined) this.#assertBearable(more.messages);
    else if (this.#messages + more.messages > limits.messages) {
      this.#tell(100);
      throw overQuota(`${this.#messages} of ${limits.messages} messages are there, and this adds ${more.messages}`);
    }
  }

  /** Where nobody has set a limit, copies of copies could still fill memory and disk. */
  #assertBearable(more: number): void {
    const most = quotaLimits.messagesWithoutQuota;
    if (this.#messages + more <= most) return;
    const text = `${this.#messages} messages are there, this adds ${more}, and without a quota an account holds ${most}`;
    throw new Refused('LIMIT', `${text}. Delete messages, or ask the administrator for a quota that allows more`);
  }

  #tell(level: number): void {
    if (level <= this.#told) return;
    this.#told = level;
    this.#onLevel(level);
  }

  get #level(): number {
    const { octets, messages } = this.#limits();
    const used = Math.max(this.#octets / (octets ?? Infinity), this.#messages / (messages ?? Infinity)) * 100;
    return LEVELS.findLast((level) => used >= level) ?? 0;
  }
}

function withTrash({ octets, messages }: QuotaLimits): QuotaLimits {
  const { trashShare, trashOctets, trashMessages } = quotaLimits;
  return {
    octets: octets && octets + Math.max(octets * trashShare, trashOctets),
    messages: messages && messages + Math.max(messages * trashShare, trashMessages),
  };
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
