import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Uptime } from '../../base/clock.ts';
import { adminLimits } from '../../base/limits.ts';
import type { Random } from '../../base/random.ts';
import { TokenBucket } from './token-bucket.ts';

/** Somebody with a valid token. */
export interface Caller {
  readonly calls: TokenBucket;
  /** False when the token is valid no longer: streams of events end. */
  readonly isValid: () => boolean;
}

/** The tokens that a listener takes. */
export interface Tokens {
  caller(token: string): Caller | undefined;
}

/** A token that nobody guesses, safe in a URL. */
export function newToken(random: Random): string {
  return Buffer.from(random(adminLimits.token)).toString('base64url');
}

/** The one token of this machine's programs: whoever can read the data folder has it. */
export class LocalToken implements Tokens {
  readonly text: string;
  /** Never sent: with it the server proves that it is the one the token is for. */
  readonly key: string;
  readonly #digest: Buffer;
  readonly #caller: Caller;

  constructor(random: Random, uptime: Uptime) {
    this.text = newToken(random);
    this.key = newToken(random);
    this.#digest = digestOf(this.text);
    this.#caller = { calls: callBucket(uptime), isValid: () => true };
  }

  caller(token: string): Caller | undefined {
    // Digests have one length, and comparing them tells nothing of how much of the token was right.
    return timingSafeEqual(digestOf(token), this.#digest) ? this.#caller : undefined;
  }
}

/**
 * What a server that knows the key answers to a nonce. The file of a server that was killed leads to its port, where
 * by now somebody else may listen: he gets a token that is good for nothing, and is told nothing else.
 */
export function proofOf(key: string, nonce: string): string {
  return createHmac('sha256', key).update(nonce).digest('base64url');
}

interface Login {
  readonly caller: Caller;
  lastUse: number;
}

/** Tokens given for the administrator password. They live in memory and end with it, by idleness, or by a new password. */
export class Logins implements Tokens {
  readonly #random: Random;
  readonly #uptime: Uptime;
  /** By the token's digest, whose comparison tells nothing by its time: nobody can choose it. The longest unused first. */
  readonly #logins = new Map<string, Login>();

  constructor(random: Random, uptime: Uptime) {
    this.#random = random;
    this.#uptime = uptime;
  }

  /** A new token. When there are too many, the longest unused one ends. */
  add(): string {
    const token = newToken(this.#random);
    const key = keyOf(token);
    const caller: Caller = { calls: callBucket(this.#uptime), isValid: () => this.#live(key) !== undefined };
    this.#logins.set(key, { caller, lastUse: this.#uptime() });
    for (const oldest of this.#logins.keys()) {
      if (this.#logins.size <= adminLimits.logins) break;
      this.#logins.delete(oldest);
    }
    return token;
  }

  caller(token: string): Caller | undefined {
    const key = keyOf(token);
    const login = this.#live(key);
    if (login === undefined) return undefined;
    login.lastUse = this.#uptime();
    this.#logins.delete(key);
    this.#logins.set(key, login);
    return login.caller;
  }

  end(token: string): void {
    this.#logins.delete(keyOf(token));
  }

  endAll(): void {
    this.#logins.clear();
  }

  #live(key: string): Login | undefined {
    const login = this.#logins.get(key);
    if (login === undefined || this.#uptime() - login.lastUse <= adminLimits.loginIdle) return login;
    this.#logins.delete(key);
    return undefined;
  }
}

function callBucket(uptime: Uptime): TokenBucket {
  return new TokenBucket(adminLimits.callsAtOnce, adminLimits.callsPerSecond, uptime);
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function keyOf(token: string): string {
  return digestOf(token).toString('latin1');
}
