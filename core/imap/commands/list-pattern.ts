import { mailboxLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import { SEPARATOR } from '../../mail/special-use.ts';
import { caselessPart } from './namespaces.ts';

/** Literals of a pattern that one word of 32 bits keeps apart. */
const WORD = 32;

/**
 * A canonical LIST pattern (RFC 9051 section 6.3.9): `*` stands for any characters, `%` for any but the separator.
 *
 * The pattern is an automaton whose states are "so many literals have been found"; the set of states it may be in is
 * a row of bits, so every character of a name costs one step, whatever the pattern. Nothing is ever tried again:
 * `*a*a*a*b` costs no more than any other pattern of its length.
 */
export class ListPattern {
  /** True when the pattern ends in `%`: then levels that are no mailboxes match too (RFC 9051 section 6.3.9). */
  readonly endsWithPercent: boolean;
  readonly #literals: string;
  readonly #words: number;
  /** States in which any character may pass, and in which any but the separator may. */
  readonly #anything: Uint32Array;
  readonly #anyInLevel: Uint32Array;
  /** By code unit: the states whose next literal it is. */
  readonly #next = new Map<number, Uint32Array>();

  /**
   * @param reference the level in whose context the pattern is meant; taken literally, so that a mailbox whose name
   *   has a wildcard in it can be one. It stands before the pattern, unless the pattern begins with `#`, which names a
   *   namespace and so a root of its own (RFC 9051 section 5.1.2.1, 6.3.9).
   */
  constructor(reference: string, pattern: string) {
    const parts = partsOf(reference, pattern);
    this.#literals = parts.literals;
    this.endsWithPercent = pattern.endsWith('%');
    this.#words = Math.floor(parts.literals.length / WORD) + 1;
    this.#anything = this.#states(parts.stars);
    // After the last one of a row such as `%*`, the freer of the two holds.
    this.#anyInLevel = this.#states([...parts.stars, ...parts.percents]);
    for (let i = 0; i < parts.literals.length; i++) this.#addLiteral(parts.literals.charCodeAt(i), i);
  }

  matches(name: string): boolean {
    if (name.length < this.#literals.length) return false;
    const caseless = caselessPart(name);
    let states = this.#states([0]);
    let scratch = this.#states([]);
    for (let i = 0; i < name.length; i++) {
      const unit = name.charCodeAt(i);
      // INBOX has no case, in a pattern either (RFC 9051 section 5.1), and users' names have none here.
      const sameUnit = i >= caseless.from && i < caseless.to ? inOtherCase(unit) : unit;
      const alive = this.#step(states, scratch, unit, sameUnit);
      if (!alive) return false;
      [states, scratch] = [scratch, states];
    }
    const end = this.#literals.length;
    return (states[Math.floor(end / WORD)]! & (1 << (end % WORD))) !== 0;
  }

  /** One character further: writes the states after it and says whether there are any. */
  #step(states: Uint32Array, after: Uint32Array, unit: number, sameUnit: number): boolean {
    const next = this.#next.get(unit) ?? NONE;
    const same = sameUnit === unit ? NONE : (this.#next.get(sameUnit) ?? NONE);
    const staying = unit === SEPARATOR_UNIT ? this.#anything : this.#anyInLevel;
    let carry = 0;
    let alive = 0;
    for (let word = 0; word < this.#words; word++) {
      const before = states[word]!;
      const found = before & ((next[word] ?? 0) | (same[word] ?? 0));
      const now = (found << 1) | carry | (before & staying[word]!);
      carry = found >>> (WORD - 1);
      after[word] = now;
      alive |= now;
    }
    return alive !== 0;
  }

  #states(set: readonly number[]): Uint32Array {
    const states = new Uint32Array(this.#words);
    for (const state of set) states[Math.floor(state / WORD)]! |= 1 << (state % WORD);
    return states;
  }

  #addLiteral(unit: number, state: number): void {
    const states = this.#next.get(unit) ?? new Uint32Array(this.#words);
    states[Math.floor(state / WORD)]! |= 1 << (state % WORD);
    this.#next.set(unit, states);
  }
}

const NONE = new Uint32Array(0);
const SEPARATOR_UNIT = SEPARATOR.charCodeAt(0);

/** The same letter in its other case; itself when it has none, or one that takes more characters. */
function inOtherCase(unit: number): number {
  const letter = String.fromCharCode(unit);
  const lower = letter.toLowerCase();
  const other = lower === letter ? letter.toUpperCase() : lower;
  return other.length === 1 ? other.charCodeAt(0) : unit;
}

interface Parts {
  readonly literals: string;
  /** After how many literals a `*` stands. */
  readonly stars: readonly number[];
  readonly percents: readonly number[];
}

function partsOf(reference: string, pattern: string): Parts {
  let literals = pattern.startsWith('#') ? '' : reference;
  const stars: number[] = [];
  const percents: number[] = [];
  for (const run of pattern.split(/([*%])/)) {
    if (run === '*') stars.push(literals.length);
    else if (run === '%') percents.push(literals.length);
    else literals += run;
  }
  // No name is longer, so the pattern matches nothing: RFC 9051 6.3.9, silently. One literal too many says the same.
  return { literals: literals.slice(0, mailboxLimits.name + 1), stars, percents };
}

/** Several patterns, of which one must match (RFC 5258 section 3). Patterns that are empty strings are passed over. */
export class ListPatterns {
  readonly #patterns: readonly ListPattern[];

  constructor(reference: string, patterns: readonly string[]) {
    const distinct = new Set(patterns.filter((pattern) => pattern !== ''));
    this.#patterns = [...distinct].map((pattern) => new ListPattern(reference, pattern));
  }

  matches(name: string): boolean {
    return this.#patterns.some((pattern) => pattern.matches(name));
  }

  /** True when levels that are no mailboxes may match at all. */
  get mayMatchLevels(): boolean {
    return this.#patterns.some(({ endsWithPercent }) => endsWithPercent);
  }

  /** Does a level of the hierarchy that is no mailbox match? */
  matchesLevel(name: string): boolean {
    return this.#patterns.some((pattern) => pattern.endsWithPercent && pattern.matches(name));
  }
}

/**
 * Those of the names that match, in order. Many long patterns on many long names take seconds, so this shares the thread.
 */
export async function matching<Named extends { readonly name: string }>(
  names: Iterable<Named>,
  matches: (name: string) => boolean,
): Promise<Named[]> {
  const slice = new Slice();
  const found: Named[] = [];
  for (const named of names) {
    if (matches(named.name)) found.push(named);
    if (slice.over) await slice.rest();
  }
  return found;
}
