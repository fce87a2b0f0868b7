/** Characters and pieces of structured header fields (RFC 5322 section 3.2, RFC 2045 section 5.1). */

export const QUOTE = 0x22;
export const OPEN = 0x28;
export const CLOSE = 0x29;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const AT = 0x40;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;

/** A piece of text with the quoting taken off, and where it ended. */
export interface Piece {
  readonly text: string;
  /** The position after the closing character, or the end of the text when it was never closed. */
  readonly end: number;
  readonly closed: boolean;
}

/** The quoted string that begins at `start` (with its quote). */
export function readQuoted(text: string, start: number): Piece {
  let content = '';
  let from = start + 1;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return { text: content + text.slice(from, i), end: i + 1, closed: true };
    if (code !== BACKSLASH) continue;
    content += text.slice(from, i);
    from = ++i;
  }
  return { text: content + text.slice(from), end: text.length, closed: false };
}

/**
 * A structured field without its comments (RFC 5322 section 3.2.2, RFC 2045 section 3), each of which counts as a blank. What
 * stands right behind a letter is none: file names such as `report(1).pdf` are sent without the quotes they need.
 */
export function withoutComments(field: string): string {
  if (!field.includes('(')) return field;
  let kept = '';
  for (let i = 0; i < field.length; ) {
    const code = field.charCodeAt(i);
    if (code === QUOTE) {
      const { end } = readQuoted(field, i);
      kept += field.slice(i, end);
      i = end;
    } else if (code === OPEN && /(?:^|[\s;/])$/.test(kept.slice(-1))) {
      const { end } = readComment(field, i);
      kept += isInsideValue(kept, field.slice(end)) ? field.slice(i, end) : ' ';
      i = end;
    } else {
      kept += field[i];
      i++;
    }
  }
  return kept.trim();
}

/** Whether a value without the quotes it needs has begun before and goes on behind. */
function isInsideValue(before: string, behind: string): boolean {
  const parameter = before.slice(before.lastIndexOf(';') + 1);
  const value = parameter.includes('=') ? parameter.slice(parameter.indexOf('=') + 1) : '';
  return value.trim() !== '' && !/^\s*(?:;|$)/.test(behind);
}

/** The comment that begins at `start` (with its parenthesis); comments inside keep their parentheses. */
export function readComment(text: string, start: number): Piece {
  let content = '';
  let from = start + 1;
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) {
      content += text.slice(from, i);
      from = ++i;
    } else if (code === OPEN) depth++;
    else if (code === CLOSE && --depth === 0) return { text: content + text.slice(from, i), end: i + 1, closed: true };
  }
  return { text: content + text.slice(from), end: text.length, closed: false };
}
