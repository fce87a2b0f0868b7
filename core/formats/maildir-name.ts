import type { InternalDate } from '../mail/ports.ts';
import { parseCompactDate } from './dates.ts';

/**
 * Names of files in a Maildir: `unique:2,FLAGS`. The unique part may carry `,S=octets,W=octets with CRLF` (Maildir++), and
 * where we wrote it `,T=date`. Windows forbids colons in names; programs there write `;` instead.
 */
const flagLetters: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  P: '$Forwarded',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
};

/** System flags and $Forwarded as letters in ASCII order, as the format demands. */
export function letterFlags(flags: readonly string[]): string {
  return Object.entries(flagLetters)
    .filter(([, flag]) => flags.some((other) => other.toLowerCase() === flag.toLowerCase()))
    .map(([letter]) => letter)
    .join('');
}

export function flagsOfLetters(letters: string): string[] {
  return [...letters].map((letter) => flagLetters[letter]).filter((flag) => flag !== undefined);
}

/** True for a flag that has a letter of its own. */
export function hasLetter(flag: string): boolean {
  return letterFlags([flag]) !== '';
}

export interface MaildirName {
  /** Capital letters, and small ones that stand for keywords. */
  readonly letters: string;
  /** The name says that the file holds the message as it was on the wire: as many octets with CRLF as without. */
  readonly exact: boolean;
  /** The number it begins with, of names that we wrote. */
  readonly number: number | undefined;
  /** Undefined when the name does not tell. */
  readonly internalDate: InternalDate | undefined;
}

export function parseMaildirName(name: string): MaildirName {
  const letters = /[:;!]2,(?<letters>[A-Za-z]*)$/.exec(name)?.groups?.['letters'] ?? '';
  const size = /,S=(\d+)/.exec(name)?.[1];
  const wireSize = /,W=(\d+)/.exec(name)?.[1];
  const own = /^(?<number>\d+)\.[0-9a-f]+\.mailroom,/.exec(name)?.groups;
  const exact = size !== undefined && size === wireSize;
  return { letters, exact, number: own && Number(own['number']), internalDate: dateIn(name, own !== undefined) };
}

/** Ours is told by `T=`, others begin with the second of their delivery. */
function dateIn(name: string, isOwn: boolean): InternalDate | undefined {
  const told = /,T=([0-9T+-]+)/.exec(name)?.[1];
  if (isOwn) return parseCompactDate(told ?? '');
  const seconds = /^(\d{9,10})\./.exec(name)?.[1];
  return seconds === undefined ? undefined : { time: Number(seconds) * 1000, zone: 0 };
}

/** Delivery order: by the number the name begins with, then by the rest. */
export function compareMaildirNames(one: string, other: string): number {
  const seconds = Number.parseInt(one, 10) - Number.parseInt(other, 10);
  if (seconds !== 0 && !Number.isNaN(seconds)) return seconds;
  return one < other ? -1 : one > other ? 1 : 0;
}
