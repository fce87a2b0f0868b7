import type { Clock, Uptime } from '../base/clock.ts';
import { foldName } from '../base/fold-name.ts';
import { lockOutLimits, refusalLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import { networkOf } from '../base/network.ts';
import { type Failure, FailureMemory } from './failure-memory.ts';
import type { LockOut } from './lock-out.ts';

/** Read at every use, so that a changed setting holds for the next failure; times in milliseconds. */
export interface LockOutOptions {
  /** Different wrong passwords that lock a user for an address; 0 = never. */
  readonly wrongPasswords: number;
  readonly lockTime: number;
  /** Failures that block an address; 0 = never. */
  readonly addressFailures: number;
  /** Older failures count no more. */
  readonly window: number;
  readonly blockTime: number;
  readonly blockLocalNetworks: boolean;
}

export interface LockOutDependencies {
  readonly options: LockOutOptions;
  /** Whether an address is of a local network. */
  readonly isLocal: (address: string) => boolean;
  /** What people are told times by. */
  readonly clock: Clock;
  /** What decides: a clock that is set back must lock nobody for longer. */
  readonly uptime: Uptime;
  readonly logger: Logger;
}

/** A lock as it is kept: `since` and `until` are milliseconds of uptime. */
type Held = LockOut;

/** A failed login. */
export interface FailedLogin {
  readonly userName: string;
  readonly address: string;
  /** Tells wrong passwords apart without knowing them; undefined where they cannot be told apart, so that each counts. */
  readonly password: string | undefined;
}

/**
 * Keeps guessers out: some different wrong passwords lock a user for the address they came from, more failures block
 * the address. Names nobody has are treated like those of users, so that being locked gives nobody away. Only memory:
 * a restart forgets. An IPv6 network of 64 bits is one address.
 */
export class LockOuts {
  readonly #options: LockOutOptions;
  readonly #isLocal: (address: string) => boolean;
  readonly #clock: Clock;
  readonly #uptime: Uptime;
  readonly #logger: Logger;
  readonly #failures = new FailureMemory();
  /** By what is locked, the longest locked first. Some may have ended. */
  readonly #locks = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();

  constructor({ options, isLocal, clock, uptime, logger }: LockOutDependencies) {
    this.#options = options;
    this.#isLocal = isLocal;
    this.#clock = clock;
    this.#uptime = uptime;
    this.#logger = logger;
  }

  /** What keeps a user from logging in from an address at this moment. */
  holding(userName: string, address: string): LockOut | undefined {
    if (this.#locks.size === 0) return undefined; // on most days
    const network = networkOf(address);
    const held = this.#lock(addressKey(network)) ?? this.#lock(pairKey(network, nameOf(userName)));
    return held && this.#shown(held);
  }

  /** Counts a failure, unless the user or the address is locked already: one bad phone must not block an office. */
  failed({ userName, address, password }: FailedLogin): void {
    if (this.holding(userName, address) !== undefined) return;
    const network = networkOf(address);
    const name = nameOf(userName);
    const now = this.#uptime();
    this.#failures.forget(network, now - this.#options.window);
    if (this.#failures.of(network).some((known) => isSame(known, name, password))) return;
    this.#failures.add(network, { name, password, at: now, counts: true });
    this.#lockPairIfDue(network, name, userName, now);
    this.#blockIfDue(network, address, now);
  }

  /** The password was right: whoever mistyped before is nobody to fear, nor is the address for it. */
  succeeded(userName: string, address: string): void {
    this.#failures.forgetName(networkOf(address), nameOf(userName));
  }

  /** The newest last. */
  list(): readonly LockOut[] {
    this.#forgetEnded();
    return [...this.#locks.values()].map((held) => this.#shown(held));
  }

  /**
   * Ends the lock of a pair, or everything that is locked and counted for an address.
   * @param address as the list has it, or any address of that network
   * @returns false when nothing was locked
   */
  unlock(address: string, userName?: string): boolean {
    this.#forgetEnded();
    const network = networkOf(address);
    const name = userName === undefined ? undefined : nameOf(userName);
    if (name === undefined) this.#failures.forgetAll(network);
    else this.#failures.forgetName(network, name);
    const meant = [...this.#locks].filter(([key, lock]) =>
      name === undefined ? lock.address === network : key === pairKey(network, name),
    );
    for (const [key] of meant) this.#locks.delete(key);
    if (meant.length === 0) return false;
    this.#logger.info({ address: network, user: userName }, 'unlocked by the administrator');
    this.#tell();
    return true;
  }

  /** After something was locked or unlocked; a lock that ends by itself says when in `until`. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #lockPairIfDue(network: string, name: string, userName: string, now: number): void {
    const { wrongPasswords, lockTime } = this.#options;
    const own = this.#failures.of(network).filter((failure) => failure.name === name && failure.counts);
    if (wrongPasswords === 0 || own.length < wrongPasswords) return;
    for (const failure of own) failure.counts = false; // when the lock ends the user begins anew
    this.#add(pairKey(network, name), {
      kind: 'pair',
      user: userName.slice(0, refusalLimits.name),
      address: network,
      since: now,
      until: now + lockTime,
      reason: `${own.length} wrong passwords`,
    });
  }

  #blockIfDue(network: string, address: string, now: number): void {
    const { addressFailures, blockTime, blockLocalNetworks } = this.#options;
    if (addressFailures === 0) return;
    const failures = this.#countOf(network);
    if (failures < addressFailures || (!blockLocalNetworks && this.#isLocal(address))) return;
    this.#failures.forgetAll(network);
    this.#add(addressKey(network), {
      kind: 'address',
      user: undefined,
      address: network,
      since: now,
      until: now + blockTime,
      reason: `${failures} failed logins`,
    });
  }

  /** No user counts for more than locks him, however short the locks: a phone that guesses on is still one phone. */
  #countOf(network: string): number {
    const most = this.#options.wrongPasswords || Number.POSITIVE_INFINITY;
    const byName = new Map<string, number>();
    for (const { name } of this.#failures.of(network)) byName.set(name, Math.min(most, (byName.get(name) ?? 0) + 1));
    return [...byName.values()].reduce((sum, count) => sum + count, 0);
  }

  /** By the clock as it is now. */
  #shown(held: Held): LockOut {
    const byClock = this.#clock.now() - this.#uptime();
    return { ...held, since: Math.round(held.since + byClock), until: Math.round(held.until + byClock) };
  }

  #lock(key: string): Held | undefined {
    const lock = this.#locks.get(key);
    if (lock === undefined || lock.until > this.#uptime()) return lock;
    this.#locks.delete(key);
    return undefined;
  }

  #add(key: string, lock: Held): void {
    if (this.#locks.size >= lockOutLimits.locks) this.#forgetEnded();
    for (const oldest of this.#locks.keys()) {
      if (this.#locks.size < lockOutLimits.locks) break;
      this.#locks.delete(oldest);
    }
    this.#locks.set(key, lock);
    const { kind, user, address, until, reason } = this.#shown(lock);
    this.#logger.warn({ kind, user, address, until: new Date(until).toISOString(), reason }, 'locked out');
    this.#tell();
  }

  #forgetEnded(): void {
    const now = this.#uptime();
    for (const [key, lock] of this.#locks) if (lock.until <= now) this.#locks.delete(key);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isSame(known: Failure, name: string, password: string | undefined): boolean {
  return password !== undefined && known.password === password && known.name === name;
}

/** Longer names are nobody's; it does no harm that some of them become one. */
function nameOf(userName: string): string {
  return foldName(userName).slice(0, refusalLimits.name);
}

function pairKey(network: string, name: string): string {
  return `pair ${network} ${name}`;
}

function addressKey(network: string): string {
  return `address ${network}`;
}
