import { isBlank, isSpace } from './octets.ts';

/** In UTF-8, as latin1: editors and file servers put it before a message. It is no part of the first field's name. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/**
 * Walks over the fields of a header given as latin1 text, each with its continuation lines. Lines that are no field
 * (no colon, or a continuation of nothing) are passed as fields without a name.
 */
export class FieldScanner {
  readonly text: string;
  /** The field is text[start, end), with its line end. */
  start = 0;
  end = 0;
  /** The name is text[start, nameEnd); empty for a line that is no field. */
  nameEnd = 0;
  /** What follows the colon is text[valueStart, end). */
  valueStart = 0;
  /** The next colon, kept so that a header without any is searched once. */
  #colon = -1;

  constructor(text: string) {
    this.text = text;
    if (text.startsWith(BYTE_ORDER_MARK)) this.end = BYTE_ORDER_MARK.length;
  }

  /** Goes to the next field. False at the end. */
  next(): boolean {
    const text = this.text;
    const start = this.end;
    if (start >= text.length) return false;
    const firstLineEnd = this.#lineEnd(start);
    let end = firstLineEnd;
    while (isBlank(text.charCodeAt(end))) end = this.#lineEnd(end);
    this.start = start;
    this.end = end;
    this.#findName(start, firstLineEnd);
    return true;
  }

  /** The name in lower case. */
  name(): string {
    return this.text.slice(this.start, this.nameEnd).toLowerCase();
  }

  /** What follows the colon, as it is, line breaks included. */
  value(): string {
    return this.text.slice(this.valueStart, this.end);
  }

  /** The whole field, as it is. */
  field(): string {
    return this.text.slice(this.start, this.end);
  }

  #findName(start: number, lineEnd: number): void {
    if (this.#colon < start) {
      const found = this.text.indexOf(':', start);
      this.#colon = found < 0 ? this.text.length : found;
    }
    let nameEnd = this.#colon < lineEnd ? this.#colon : start;
    this.valueStart = nameEnd === start ? start : nameEnd + 1;
    // RFC 5322 section 4.5.8: old mail has blanks before the colon
    while (nameEnd > start && isBlank(this.text.charCodeAt(nameEnd - 1))) nameEnd--;
    this.nameEnd = nameEnd;
  }

  #lineEnd(from: number): number {
    const found = this.text.indexOf('\n', from);
    return found < 0 ? this.text.length : found + 1;
  }
}

/** CR CR LF is a CRLF that was made twice. */
const FOLDS = /\r{0,2}\n[ \t]+|\r?\n/g;

/**
 * A field's value on one line, without blanks around it. A line break and the blanks behind it are one blank, which is what
 * was folded (RFC 5322 section 2.2.3): a TAB there says no more than a space.
 */
export function unfold(value: string): string {
  const trimmed = trimBlanks(value);
  return trimmed.includes('\n') ? trimmed.replace(FOLDS, ' ') : trimmed;
}

/** Without blanks and line breaks at both ends. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
