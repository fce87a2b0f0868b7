/**
 * What each octet may be part of (RFC 9051 section 9), as bits of a table, so that a token is one tight loop whatever
 * its kind.
 */
export const Class = {
  /** ATOM-CHAR */
  atom: 1,
  /** ASTRING-CHAR = ATOM-CHAR / resp-specials */
  astring: 2,
  /** list-char = ATOM-CHAR / list-wildcards / resp-specials */
  list: 4,
  /** tag = 1*<any ASTRING-CHAR except "+"> */
  tag: 8,
  /** What a keyword may have inside: ATOM-CHAR, but it also ends at `[`, `<` and `>`, as in `BODY[TEXT]<0.10>`. */
  keyword: 16,
  /** Inside quotes as it stands: any octet but NUL, CR, LF and quoted-specials. */
  quoted: 32,
  digit: 64,
} as const;

const PRINTABLE_ATOM_SPECIALS = '(){ %*"\\]';

function classesOf(code: number): number {
  const character = String.fromCharCode(code);
  let classes = 0;
  // RFC 9051 4.3: UTF-8 is accepted between quotes.
  if (code !== 0 && !'\r\n"\\'.includes(character)) classes |= Class.quoted;
  if (code <= 0x20 || code >= 0x7f) return classes;
  if (character >= '0' && character <= '9') classes |= Class.digit;
  if (!PRINTABLE_ATOM_SPECIALS.includes(character)) {
    classes |= Class.atom | Class.astring | Class.list;
    if (character !== '+') classes |= Class.tag;
    if (!'[<>'.includes(character)) classes |= Class.keyword;
  }
  if (character === ']') classes |= Class.astring | Class.list | Class.tag;
  if (character === '%' || character === '*') classes |= Class.list;
  return classes;
}

/** The bits of `Class` for every octet. Never written to. */
export const CLASSES: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, code) => classesOf(code));

/** True when every character of the octet string has the class. True for the empty string. */
export function allOf(text: string, mask: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if ((CLASSES[text.charCodeAt(i)]! & mask) === 0) return false;
  }
  return true;
}
