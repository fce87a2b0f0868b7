const ASCII = /^[\x00-\x7f]*$/;

/**
 * Text as searches compare it: two texts that differ in case or in the way a letter is composed become the same. This is
 * the idea of i;unicode-casemap (RFC 5051): compatibility decomposition, so that `é` is `e` with an accent, and one case.
 * Upper case comes first because it unites more (`ς` and `σ`, `ı` and `i`); of single letters the full mappings are used,
 * so `ß` is found as `ss`.
 */
export function normalise(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').toUpperCase().normalize('NFKD').toLowerCase().replaceAll('ς', 'σ');
}
