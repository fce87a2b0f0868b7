import { Malformed, Refused } from '../../base/errors.ts';
import { mailboxLimits } from '../../base/limits.ts';
import { SYSTEM_FLAGS } from '../../mail/flags.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';

const SPELLING: ReadonlyMap<string, string> = new Map(SYSTEM_FLAGS.map((flag) => [flag.toLowerCase(), flag]));

/** store-att-flags (RFC 9051 section 9): `flag-list / (flag *(SP flag))`, up to the end of the command. */
export function expectFlags(reader: ArgumentReader): string[] {
  if (reader.peek() === OPENING) return reader.expectFlagList();
  const flags = [reader.expectFlag()];
  while (reader.space()) flags.push(reader.expectFlag());
  return flags;
}

const OPENING = '('.charCodeAt(0);

/**
 * The flags that a client wants stored, as they are stored.
 * @throws Malformed for \Recent, Refused LIMIT for too many.
 */
export function storableFlags(flags: readonly string[]): string[] {
  // RFC 9051 section 9: flag "does not include \Recent"
  if (flags.some(isRecent)) throw new Malformed('\\Recent cannot be set or removed');
  return knownFlags(flags);
}

/** The same for APPEND: \Recent is left out. Who copies mail between servers passes on the flags as he fetched them. */
export function flagsToAppend(flags: readonly string[]): string[] {
  return knownFlags(flags.filter((flag) => !isRecent(flag)));
}

function isRecent(flag: string): boolean {
  return flag.toLowerCase() === '\\recent';
}

function knownFlags(flags: readonly string[]): string[] {
  if (flags.length > mailboxLimits.flagsPerCommand) {
    throw new Refused('LIMIT', `More than ${mailboxLimits.flagsPerCommand} flags in one command`);
  }
  const known: string[] = [];
  for (const flag of flags) {
    // RFC 9051 section 7.1, PERMANENTFLAGS: a flag that is not listed there, such as an unknown \X, is ignored
    const stored = flag.startsWith('\\') ? SPELLING.get(flag.toLowerCase()) : flag;
    if (stored !== undefined) known.push(stored);
  }
  return known;
}
