import { lockOutLimits } from '../base/limits.ts';

/** A failed login that is remembered. */
export interface Failure {
  readonly name: string;
  readonly password: string | undefined;
  /** Milliseconds of uptime. */
  readonly at: number;
  /** Not yet part of a lock of the user's. */
  counts: boolean;
}

/** The failed logins of every address, oldest first, no more of them than memory may be had for. */
export class FailureMemory {
  /** The address that failed last is last. */
  readonly #addresses = new Map<string, readonly Failure[]>();
  #size = 0;

  of(address: string): readonly Failure[] {
    return this.#addresses.get(address) ?? [];
  }

  add(address: string, failure: Failure): void {
    const failures = [...this.of(address), failure].slice(-lockOutLimits.failuresPerAddress);
    this.forgetAll(address);
    this.#set(address, failures);
    for (const oldest of this.#addresses.keys()) {
      if (this.#size <= lockOutLimits.failures) return;
      this.forgetAll(oldest);
    }
  }

  /** Those of before that moment. */
  forget(address: string, before: number): void {
    this.#set(
      address,
      this.of(address).filter(({ at }) => at > before),
    );
  }

  forgetName(address: string, name: string): void {
    this.#set(
      address,
      this.of(address).filter((failure) => failure.name !== name),
    );
  }

  forgetAll(address: string): void {
    this.#set(address, []);
  }

  #set(address: string, failures: readonly Failure[]): void {
    this.#size += failures.length - this.of(address).length;
    if (failures.length === 0) this.#addresses.delete(address);
    else this.#addresses.set(address, failures);
  }
}
