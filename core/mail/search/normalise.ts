import { searchLimits } from '../../base/limits.ts';
import { normaliseUnicode } from '../../base/normalise-unicode.ts';

const ASCII = /^[\x00-\x7f]*$/;
/** A run of letters beyond ASCII, with the blanks and commas between its words; bounded, as a regular expression must be. */
const FOREIGN = /[^\x00-\x7f]+(?:[\x00-\x7f]{1,3}[^\x00-\x7f]+){0,500}/g;
/** Parts of syllables: a syllable is one letter, and must not be found as the beginning of another. */
const HANGUL_PARTS = /[\u1100-\u11ff]+/g;
/** Lower case makes `i` with a dot above of the Turkish `İ`, which is an `i` to everybody who looks for Istanbul. */
const DOTTED_I = /i\u0307+/g;
/** Runs up to this length come again and again in one text (`ü`, `’`); longer ones hardly do. */
const SHORT_RUN = 8;

/**
 * Text as searches compare it: two texts that differ in case or in the way a letter is composed become the same. This is
 * the idea of i;unicode-casemap (RFC 5051): compatibility decomposition, so that `é` is `e` with an accent, and one case.
 * Upper case comes before lower because it unites more (`ς` and `σ`, `ı` and `i`); the full mappings are used, so `ß` is
 * found as `ss`. What is normalised stays as it is when normalised again.
 * @param most characters of the result; what is beyond them is left out
 */
export function normalise(text: string, most = Number.POSITIVE_INFINITY): string {
  if (text.length <= searchLimits.normalisedAtOnce) return normalisePiece(text).slice(0, most);
  let result = '';
  for (const piece of piecesOf(text, searchLimits.normalisedAtOnce)) {
    if (result.length >= most) break;
    result += normalisePiece(piece);
  }
  return result.slice(0, most);
}

/** What may belong to the letter before it: marks (U+FF9E and U+FF9F become some), parts of syllables in all their forms. */
const NO_BEGINNING = /^[\p{M}\u1100-\u11ff\u3131-\u318e\uff9e-\uffdc\udc00-\udfff]/u;
/** So many marks may belong to one letter; longer runs are divided in any case. */
const LONGEST_LETTER = 64;

/** A text in pieces that can be normalised one by one. @param length of a piece, in UTF-16 units, or a few more */
export function* piecesOf(text: string, length: number): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let end = from + length;
    const last = end + LONGEST_LETTER;
    while (end < last && NO_BEGINNING.test(text.slice(end, end + 2))) end++;
    yield text.slice(from, end);
    from = end;
  }
}

function normalisePiece(text: string): string {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return lower;
  const known = new Map<string, string>();
  const folded = lower.replace(FOREIGN, (run) => {
    if (run.length > SHORT_RUN) return fold(run);
    let letters = known.get(run);
    if (letters === undefined) {
      letters = fold(run);
      known.set(run, letters);
    }
    return letters;
  });
  return folded.includes('\u0307') ? folded.replace(DOTTED_I, 'i') : folded;
}

function fold(text: string): string {
  const folded = normaliseUnicode(text, 'NFKD').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return folded.replace(HANGUL_PARTS, (parts) => parts.normalize('NFC'));
}
