/**
 * Names of files in a Maildir: `unique:2,FLAGS`. The unique part may carry `,S=octets,W=octets with CRLF` (Maildir++).
 * Windows forbids colons in names; programs there write `;` instead.
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
}

export function parseMaildirName(name: string): MaildirName {
  const letters = /[:;!]2,(?<letters>[A-Za-z]*)$/.exec(name)?.groups?.['letters'] ?? '';
  const size = /,S=(\d+)/.exec(name)?.[1];
  const wireSize = /,W=(\d+)/.exec(name)?.[1];
  return { letters, exact: size !== undefined && size === wireSize };
}

/** Delivery order: by the number the name begins with, then by the rest. */
export function compareMaildirNames(one: string, other: string): number {
  const seconds = Number.parseInt(one, 10) - Number.parseInt(other, 10);
  if (seconds !== 0 && !Number.isNaN(seconds)) return seconds;
  return one < other ? -1 : one > other ? 1 : 0;
}
