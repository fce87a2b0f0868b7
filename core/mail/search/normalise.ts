import { normaliseUnicode } from '../../base/normalise-unicode.ts';

const ASCII = /^[\x00-\x7f]*$/;
/** A run of letters beyond ASCII, with the blanks and commas between its words; bounded, as a regular expression must be. */
const FOREIGN = /[^\x00-\x7f]+(?:[\x00-\x7f]{1,3}[^\x00-\x7f]+){0,500}/g;
/** Runs up to this length come again and again in one text (`ü`, `’`); longer ones hardly do. */
const SHORT_RUN = 8;

/**
 * Text as searches compare it: two texts that differ in case or in the way a letter is composed become the same. This is
 * the idea of i;unicode-casemap (RFC 5051): compatibility decomposition, so that `é` is `e` with an accent, and one case.
 * Upper case comes before lower because it unites more (`ς` and `σ`, `ı` and `i`); the full mappings are used, so `ß` is
 * found as `ss`. What is normalised stays as it is when normalised again.
 */
export function normalise(text: string): string {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return lower;
  const known = new Map<string, string>();
  return lower.replace(FOREIGN, (run) => {
    if (run.length > SHORT_RUN) return fold(run);
    let folded = known.get(run);
    if (folded === undefined) {
      folded = fold(run);
      known.set(run, folded);
    }
    return folded;
  });
}

function fold(text: string): string {
  return normaliseUnicode(text, 'NFKD').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}
