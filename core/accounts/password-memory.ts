import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { passwordLimits } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { User } from './user.ts';

/** HMAC-SHA-256 of user name and password under a key that only this process's memory has ever held. */
export type PasswordDigest = Buffer;

interface Right {
  readonly digest: PasswordDigest;
  readonly until: number;
}

interface Wrong {
  /** Undefined: there was no such user. */
  readonly user: User | undefined;
  readonly until: number;
}

/**
 * Remembers for some minutes which passwords were right and which were wrong, so that a client that opens ten
 * connections, or a phone that tries its old password all day, costs one computation of scrypt. Any change to a user
 * makes a new User object, and what was known of the old one no longer counts.
 */
export class PasswordMemory {
  readonly #clock: Clock;
  /** A key object: octets would be made into one at every login, which costs six times the HMAC. */
  readonly #key: KeyObject;
  /** Goes with the user: what is removed or changed is forgotten with it. */
  readonly #right = new WeakMap<User, Right>();
  /** By digest, the longest remembered first. Reveals nothing by its timing: nobody outside can choose a digest. */
  readonly #wrong = new Map<string, Wrong>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#key = createSecretKey(random(32));
  }

  digest(foldedName: string, prepared: Uint8Array): PasswordDigest {
    // The length before the name keeps (ab, c) and (a, bc) apart.
    return createHmac('sha256', this.#key).update(`${foldedName.length}:${foldedName}`).update(prepared).digest();
  }

  /** What is known; undefined when it must be computed. */
  recall(user: User | undefined, digest: PasswordDigest): boolean | undefined {
    const now = this.#clock.now();
    const right = user && this.#right.get(user);
    if (right !== undefined && right.until > now && timingSafeEqual(right.digest, digest)) return true;
    const wrong = this.#wrong.get(digest.toString('latin1'));
    return wrong !== undefined && wrong.until > now && wrong.user === user ? false : undefined;
  }

  remember(user: User | undefined, digest: PasswordDigest, isRight: boolean): void {
    const now = this.#clock.now();
    if (isRight && user !== undefined) this.#right.set(user, { digest, until: now + passwordLimits.remembered });
    else this.#rememberWrong(digest.toString('latin1'), { user, until: now + passwordLimits.failureRemembered });
  }

  #rememberWrong(digest: string, wrong: Wrong): void {
    this.#wrong.delete(digest);
    this.#wrong.set(digest, wrong);
    if (this.#wrong.size <= passwordLimits.failures) return;
    for (const oldest of this.#wrong.keys()) {
      this.#wrong.delete(oldest);
      return;
    }
  }
}
