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

/** The most octets that a number of 32 bits and the space after it take. */
const WIDEST = '4294967295 '.length;

/**
 * Numbers with a space between them, as `* SEARCH` lists them (RFC 3501 section 7.2.5). Digits are written into one
 * buffer: `join` makes a string of each number first, which takes longer than finding them does.
 */
export function formatNumberList(numbers: Uint32Array): string {
  const octets = Buffer.allocUnsafe(numbers.length * WIDEST);
  let end = 0;
  for (const number of numbers) {
    end += digitsOf(number);
    let rest = number;
    let at = end;
    do {
      const tenth = Math.trunc(rest / 10);
      octets[--at] = 48 + rest - tenth * 10;
      rest = tenth;
    } while (rest > 0);
    octets[end++] = 32;
  }
  return octets.toString('latin1', 0, Math.max(end - 1, 0));
}

function digitsOf(number: number): number {
  let digits = 1;
  for (let limit = 10; limit <= number; limit *= 10) digits++;
  return digits;
}
