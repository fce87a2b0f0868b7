import { Class } from './characters.ts';
import type { Scanner } from './scanner.ts';

/** number = 1*DIGIT, an unsigned 32-bit integer. */
const LARGEST_NUMBER = 0xffff_ffff;
const LARGEST_NUMBER64 = '9223372036854775807';

/** number. @throws Malformed when it is over 32 bits */
export function readNumber(scanner: Scanner): number | undefined {
  const end = scanner.endOf(Class.digit);
  if (end === scanner.at) return undefined;
  const value = Number(scanner.text.slice(scanner.at, end));
  if (value > LARGEST_NUMBER) throw scanner.wrong('A number over 4294967295');
  scanner.at = end;
  return value;
}

/** nz-number = digit-nz *DIGIT. Undefined and nothing taken when it begins with 0. */
export function readNonZeroNumber(scanner: Scanner): number | undefined {
  return scanner.text[scanner.at] === '0' ? undefined : readNumber(scanner);
}

/** number64, an unsigned 63-bit integer; above 2^53 - 1 it is that number. @throws Malformed when it is over 63 bits */
export function readNumber64(scanner: Scanner): number | undefined {
  const end = scanner.endOf(Class.digit);
  if (end === scanner.at) return undefined;
  const digits = scanner.text.slice(scanner.at, end).replace(/^0+(?=.)/, '');
  const longer = digits.length - LARGEST_NUMBER64.length;
  if (longer > 0 || (longer === 0 && digits > LARGEST_NUMBER64)) {
    throw scanner.wrong(`A number over ${LARGEST_NUMBER64}`);
  }
  scanner.at = end;
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}
