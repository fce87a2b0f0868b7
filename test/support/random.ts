/**
 * Repeatable randomness: the same seed gives the same tests, mail and kills. xoshiro128** (Blackman, Vigna), seeded by
 * splitmix32.
 */
export class Random {
  readonly seed: number;
  readonly #state: Uint32Array;

  /** @param seed any integer; its low 32 bits count. */
  constructor(seed: number) {
    this.seed = seed >>> 0;
    this.#state = Uint32Array.from({ length: 4 }, splitmix(this.seed));
  }

  /** The next 32 bits. */
  bits(): number {
    const s = this.#state;
    const s1 = s[1]!;
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    s[2]! ^= s[0]!;
    s[3]! ^= s1;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= s1 << 9;
    s[3] = rotate(s[3]!, 11);
    return result;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** An integer in [0, below). */
  int(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /** An integer in [least, most]. */
  between(least: number, most: number): number {
    return least + this.int(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new RangeError('nothing to pick from');
    return from[this.int(from.length)]!;
  }

  /** Picks by weight: the entries are [what, weight]. */
  weighted<T>(entries: readonly (readonly [T, number])[]): T {
    let rest = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [what, weight] of entries) {
      rest -= weight;
      if (rest < 0) return what;
    }
    return entries.at(-1)![0];
  }

  /** A subset in which each entry is with the probability given. */
  some<T>(from: readonly T[], probability: number): T[] {
    return from.filter(() => this.chance(probability));
  }

  /** Positive, with a heavy tail: half of the values lie below the median, few lie far above. */
  logNormal(median: number, sigma: number): number {
    const gauss = Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction());
    return median * Math.exp(sigma * gauss);
  }

  bytes(length: number): Buffer {
    const out = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i++) out[i] = this.bits() >>> 24;
    return out;
  }

  /** Letters and digits. */
  token(length: number, alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'): string {
    let out = '';
    for (let i = 0; i < length; i++) out += alphabet[this.int(alphabet.length)];
    return out;
  }

  /** A generator of its own for a part of the work, so that the parts do not shift each other's numbers. */
  fork(): Random {
    return new Random(this.bits());
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function splitmix(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
