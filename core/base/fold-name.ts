import { normaliseUnicode } from './normalise-unicode.ts';

/**
 * The one form of all spellings of a name: upper and lower case, composed and decomposed, wide and narrow letters are
 * the same user. Never fails, whatever a client sends.
 */
export function foldName(name: string): string {
  return normaliseUnicode(normaliseUnicode(name, 'NFKC').toLowerCase(), 'NFKC');
}
