import { wireLimits } from '../../base/limits.ts';
import type { NumberRange, NumberSet } from '../../base/number-set.ts';
import { CLASSES, Class } from './characters.ts';
import { readNonZeroNumber } from './numbers.ts';
import type { Scanner } from './scanner.ts';

/**
 * sequence-set = (seq-number / seq-range) ["," sequence-set], or `$` alone (RFC 5182). Undefined when what stands here
 * does not begin one; a `$` that begins an atom such as `$Junk` does not.
 */
export function readSequenceSet(scanner: Scanner): NumberSet | '$' | undefined {
  if (scanner.text[scanner.at] === '$') return readSaved(scanner);
  const first = readRange(scanner);
  if (first === undefined) return undefined;
  const set = [first];
  while (scanner.char(',')) {
    const range = readRange(scanner);
    if (range === undefined) throw scanner.expected('a number or * after the comma');
    if (set.length === wireLimits.setRanges) throw scanner.wrong(`More than ${wireLimits.setRanges} ranges in a set`);
    set.push(range);
  }
  return set;
}

function readSaved(scanner: Scanner): '$' | undefined {
  const next = scanner.text.charCodeAt(scanner.at + 1);
  if ((CLASSES[next]! & Class.astring) !== 0) return undefined;
  scanner.at++;
  return '$';
}

/** seq-number / seq-range */
function readRange(scanner: Scanner): NumberRange | undefined {
  const from = readSequenceNumber(scanner);
  if (from === undefined) return undefined;
  if (!scanner.char(':')) return { from, to: from };
  const to = readSequenceNumber(scanner);
  if (to === undefined) throw scanner.expected('a number or * after the colon');
  return { from, to };
}

/** seq-number = nz-number / "*" */
function readSequenceNumber(scanner: Scanner): number | undefined {
  return scanner.char('*') ? Number.POSITIVE_INFINITY : readNonZeroNumber(scanner);
}

/**
 * Whether a number is in the set.
 * @param largest what `*` stands for: the largest number in use
 */
export function setContains(set: NumberSet, number: number, largest: number): boolean {
  return set.some(({ from, to }) => {
    const a = from === Number.POSITIVE_INFINITY ? largest : from;
    const b = to === Number.POSITIVE_INFINITY ? largest : to;
    // RFC 9051 9, seq-range: either end may come first.
    return a <= b ? a <= number && number <= b : b <= number && number <= a;
  });
}

/**
 * Numbers as a set such as `1:5,7`; empty for none. Runs of numbers that follow each other are joined and nothing else
 * is changed, so the order stays as COPYUID needs it (RFC 4315 section 3).
 */
export function formatNumberSet(numbers: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < numbers.length; i++) {
    const first = numbers[i]!;
    let last = first;
    while (numbers[i + 1] === last + 1) {
      last++;
      i++;
    }
    if (text !== '') text += ',';
    text += first === last ? first : `${first}:${last}`;
  }
  return text;
}
