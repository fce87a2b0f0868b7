/**
 * Values as IMAP protocol text (RFC 9051 section 9). All text is latin1: one JavaScript character is one octet, so a
 * string's length is its size on the wire.
 */

/** What a quoted string may hold without an escape. */
const PLAIN = /^[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]*$/;
/** What no quoted string may hold: IMAP4rev1 knows no 8-bit quoted strings, and summaries serve both revisions. */
const NEEDS_LITERAL = /[\n\r\x80-\xff]/;
/** Longer values go as literals: RFC 2683 section 3.2.1.5 warns of clients with small line buffers. */
const LONGEST_QUOTED = 1_000;

/**
 * `string`: quoted where that is legal, otherwise a literal. NUL may stand in neither (CHAR8 excludes it), so NULs are
 * left out: they carry no text, and nothing else could be shown for them that the sender had written.
 */
export function renderString(text: string): string {
  if (text.length <= LONGEST_QUOTED) {
    if (PLAIN.test(text)) return `"${text}"`;
    if (text.includes('\0')) return renderString(text.replaceAll('\0', ''));
    if (!NEEDS_LITERAL.test(text)) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  }
  const legal = text.replaceAll('\0', '');
  return `{${legal.length}}\r\n${legal}`;
}

/** `nstring`: undefined is NIL. */
export function renderNstring(text: string | undefined): string {
  return text === undefined ? 'NIL' : renderString(text);
}
