import type { InternalDate } from '../mail/ports.ts';
import { formatCompactDate, parseCompactDate } from './dates.ts';
import { flagsOfLetters, letterFlags } from './maildir-name.ts';

/**
 * What an export calls its .eml files, for a file has no other place for date and flags:
 * `000012.20020822T112625+0200.FS.eml`, with the letters of Maildir. Files of other origin have any name.
 */
export interface EmlName {
  readonly number: number;
  readonly internalDate: InternalDate;
  readonly flags: readonly string[];
}

export function formatEmlName(number: number, date: InternalDate, flags: readonly string[]): string {
  const letters = letterFlags(flags);
  const parts = [String(number).padStart(6, '0'), formatCompactDate(date), ...(letters === '' ? [] : [letters]), 'eml'];
  return parts.join('.');
}

/** Undefined when it is not one of our names. */
export function parseEmlName(name: string): EmlName | undefined {
  const found = /^(?<number>\d{6,})\.(?<date>\d{8}T\d{6}[+-]\d{4})(?:\.(?<letters>[DFPRST]+))?\.eml$/.exec(
    name,
  )?.groups;
  const internalDate = parseCompactDate(found?.['date'] ?? '');
  return (
    internalDate && { number: Number(found?.['number']), internalDate, flags: flagsOfLetters(found?.['letters'] ?? '') }
  );
}
