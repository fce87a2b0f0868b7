/** So many marks in a row have a letter before them in real text; UAX #15, Stream-Safe Text Format. */
const LONG_RUN = /[\p{M}--\u034f]{31}/v;
const RUN = /[\p{M}--\u034f]{30}(?=[\p{M}--\u034f])/gv;
/** COMBINING GRAPHEME JOINER: nothing to the eye, and nothing is put in order across it. */
const JOINER = '\u034f';

/**
 * String.prototype.normalize in linear time, whatever the text: by itself it takes quadratic time for a run of combining
 * marks, seconds for some kilobytes. Longer runs than any language has are divided first, as UAX #15 has it.
 */
export function normaliseUnicode(text: string, form: 'NFC' | 'NFKC' | 'NFKD'): string {
  return (LONG_RUN.test(text) ? text.replace(RUN, `$&${JOINER}`) : text).normalize(form);
}
