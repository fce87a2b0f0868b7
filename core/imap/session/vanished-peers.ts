import { connectionLimits } from '../../base/limits.ts';
import { type Ends, keyOf, type UnacknowledgedReader } from '../access/unacknowledged.ts';

/** A connection whose client may have vanished. */
export interface Suspect {
  /** Undefined when it is closed. */
  readonly ends: Ends | undefined;
  /** Milliseconds of the uptime. */
  readonly lastActivity: number;
  destroy(): void;
}

/**
 * Cuts connections to clients that vanished without a word (a laptop closed, a phone out of reach) while something was
 * on its way to them: for as long as the system repeats it they hold a login slot.
 */
export class VanishedPeers {
  readonly #read: UnacknowledgedReader;
  #suspicions: ReadonlyMap<Suspect, Suspicion> = new Map();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking = false;

  constructor(read: UnacknowledgedReader) {
    this.#read = read;
  }

  /** Called about once a second. @param now milliseconds of the uptime */
  async look(connections: Iterable<Suspect>, now: number): Promise<void> {
    if (this.#looking || now - this.#lookedAt < connectionLimits.vanishedLook) return;
    this.#lookedAt = now;
    const silent = [...connections].filter(({ lastActivity }) => now - lastActivity >= connectionLimits.vanishedLook);
    if (silent.length === 0) {
      this.#suspicions = new Map();
      return;
    }
    this.#looking = true;
    try {
      this.#judge(silent, await this.#read(), now);
    } finally {
      this.#looking = false;
    }
  }

  #judge(silent: readonly Suspect[], unacknowledged: ReadonlyMap<string, number>, now: number): void {
    const suspicions = new Map<Suspect, Suspicion>();
    for (const connection of unacknowledged.size === 0 ? [] : silent) {
      const { ends } = connection;
      const repeated = ends && unacknowledged.get(keyOf(ends));
      if (repeated === undefined) continue;
      const before = this.#suspicions.get(connection);
      // The count begins anew with every acknowledgement: who has fewer is slow and not gone.
      const since = before === undefined || repeated < before.repeated ? now : before.since;
      const isGone = now - since >= connectionLimits.vanished && repeated >= connectionLimits.vanishedRepetitions;
      if (isGone) connection.destroy();
      else suspicions.set(connection, { since, repeated });
    }
    this.#suspicions = suspicions;
  }
}

interface Suspicion {
  /** When it began: milliseconds of the uptime. */
  readonly since: number;
  /** How often the oldest octets on their way had been repeated when it was looked at last. */
  readonly repeated: number;
}
