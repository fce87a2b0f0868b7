import { Refused } from '../../base/errors.ts';
import { mailboxLimits } from '../../base/limits.ts';
import { SEPARATOR } from '../../mail/special-use.ts';

export const INBOX = 'INBOX';

/**
 * What a new mailbox may be called.
 * @throws Refused CANNOT, with what is wrong and what would do.
 */
export function assertValidName(name: string): void {
  const problem = problemOf(name);
  if (problem) throw new Refused('CANNOT', `This cannot be a mailbox name: ${problem}`);
}

/** What is wrong with a name, for people. */
export function problemOf(name: string): string | undefined {
  const levels = name.split(SEPARATOR);
  if (levels.includes('')) return `every level needs a name, and ${SEPARATOR} stands between levels only`;
  if (Buffer.byteLength(name) > mailboxLimits.name) return `it is longer than ${mailboxLimits.name} octets`;
  if (levels.length > mailboxLimits.depth) return `it has more than ${mailboxLimits.depth} levels`;
  // Net-Unicode has no control characters and no line separators. RFC 9051 5.1
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(name)) return 'it has control characters';
  if (!name.isWellFormed()) return 'it is not valid Unicode';
  if (levels[0] !== INBOX && levels[0]!.toUpperCase() === INBOX) return 'INBOX is written in capitals';
  return undefined;
}

/** The names of the levels above, the outermost first. */
export function superiorNames(name: string): string[] {
  const levels = name.split(SEPARATOR);
  return levels.slice(0, -1).map((_, i) => levels.slice(0, i + 1).join(SEPARATOR));
}

export function isBelow(name: string, superior: string): boolean {
  return name.startsWith(superior + SEPARATOR);
}

/** INBOX first, then by level, so that what is below a mailbox follows it. */
export function compareNames(a: string, b: string): number {
  const keyOfA = sortKey(a);
  const keyOfB = sortKey(b);
  return keyOfA < keyOfB ? -1 : keyOfA > keyOfB ? 1 : 0;
}

function sortKey(name: string): string {
  const first = name === INBOX || isBelow(name, INBOX) ? '\u0000' : '\u0001';
  return first + name.replaceAll(SEPARATOR, '\u0000');
}
