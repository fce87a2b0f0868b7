import { connectionLimits } from '../../base/limits.ts';

/** A connection as the door sees it. */
export interface Guest {
  /** Where it comes from, as far as places can be told apart. */
  readonly network: string;
  /** Has not logged in. */
  readonly isStranger: boolean;
  /** A stranger nothing of whose is under way. */
  readonly isIdleStranger: boolean;
  /** Makes room. Its socket is about to be closed when this returns. */
  putOut(): void;
}

/** What left no room for one more, and how many it allows. */
export interface ReachedLimit {
  readonly kind: 'connected' | 'beforeLogin' | 'beforeLoginFromThere';
  readonly limit: number;
}

/**
 * Who is connected, and who may. Users log in as soon as they are connected, so of those who have not, the one who has
 * idled longest makes room for the next: whoever opens connections by the thousand loses his own.
 */
export class Admission<G extends Guest> {
  readonly #total: number;
  readonly #guests = new Set<G>();
  /** In the order they came. Those who have logged in since are taken out when the set is gone through. */
  readonly #strangers = new Set<G>();

  /** @param openFiles how many files and sockets the process may have open, if that is known */
  constructor(openFiles = Number.POSITIVE_INFINITY) {
    const forFiles = Math.min(connectionLimits.filesKept, openFiles / 2);
    this.#total = Math.min(connectionLimits.total, openFiles - forFiles);
  }

  get guests(): ReadonlySet<G> {
    return this.#guests;
  }

  /** Undefined when there is room for somebody from there, or some was made; else the limit that is in the way. */
  makeRoom(network: string): ReachedLimit | undefined {
    const { beforeLogin, beforeLoginPerAddress } = connectionLimits;
    const full = this.#guests.size >= this.#total;
    if (!full && this.#strangers.size < beforeLoginPerAddress) return undefined;
    const { oldest, oldestHere, here } = this.#lookAround(network);
    if (here >= beforeLoginPerAddress) {
      return this.#putOut(oldestHere, { kind: 'beforeLoginFromThere', limit: beforeLoginPerAddress });
    }
    if (full) return this.#putOut(oldest, { kind: 'connected', limit: this.#total });
    return this.#strangers.size >= beforeLogin
      ? this.#putOut(oldest, { kind: 'beforeLogin', limit: beforeLogin })
      : undefined;
  }

  add(guest: G): void {
    this.#guests.add(guest);
    this.#strangers.add(guest);
  }

  delete(guest: G): void {
    this.#guests.delete(guest);
    this.#strangers.delete(guest);
  }

  #lookAround(network: string): { oldest: G | undefined; oldestHere: G | undefined; here: number } {
    let oldest: G | undefined;
    let oldestHere: G | undefined;
    let here = 0;
    for (const guest of this.#strangers) {
      if (!guest.isStranger) {
        this.#strangers.delete(guest);
        continue;
      }
      const isHere = guest.network === network;
      if (isHere) here++;
      if (!guest.isIdleStranger) continue;
      oldest ??= guest;
      if (isHere) oldestHere ??= guest;
    }
    return { oldest, oldestHere, here };
  }

  #putOut(guest: G | undefined, reached: ReachedLimit): ReachedLimit | undefined {
    if (guest === undefined) return reached;
    // At once: it must not be found again before its socket has told that it is closed.
    this.delete(guest);
    guest.putOut();
    return undefined;
  }
}
