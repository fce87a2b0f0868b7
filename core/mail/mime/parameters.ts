import { joinContinuations } from './continuations.ts';
import { trimBlanks } from './field-scanner.ts';
import { isBlank, isSpace } from './octets.ts';
import * as char from './structured-text.ts';

/** `name=value` of Content-Type or Content-Disposition. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** Some text, and where in the field it ended. */
interface Value {
  readonly text: string;
  readonly end: number;
}

/**
 * The parameters in `field` from behind its type on (RFC 2045 section 5.1), those that were cut into pieces put together
 * (RFC 2231 section 3). What is no parameter is passed over.
 */
export function parseParameters(field: string, from: number): readonly Parameter[] {
  const parameters: Parameter[] = [];
  let i = skipBetween(field, from);
  while (i < field.length) {
    const nameStart = i;
    while (i < field.length && !endsName(field.charCodeAt(i))) i++;
    if (field.charCodeAt(i) === char.EQUALS) {
      const value = readValue(field, i + 1);
      const name = lastWord(field.slice(nameStart, i));
      if (name !== '') parameters.push({ name, value: value.text });
      i = value.end;
    } else if (i === nameStart) i++;
    i = skipBetween(field, i);
  }
  return joinContinuations(parameters);
}

/** The name, without stray words before it. */
function lastWord(text: string): string {
  const trimmed = trimBlanks(text);
  return trimmed.slice(Math.max(trimmed.lastIndexOf(' '), trimmed.lastIndexOf('\t')) + 1);
}

/** Blanks, semicolons and comments. */
function skipBetween(field: string, from: number): number {
  let i = from;
  for (; i < field.length; i++) {
    const code = field.charCodeAt(i);
    if (code === char.OPEN) i = char.readComment(field, i).end - 1;
    else if (code !== char.SEMICOLON && !isSpace(code)) break;
  }
  return i;
}

function endsName(code: number): boolean {
  return code === char.EQUALS || code === char.SEMICOLON || code === char.OPEN || code === char.QUOTE;
}

function readValue(field: string, from: number): Value {
  const start = skipBlanks(field, from);
  return field.charCodeAt(start) === char.QUOTE ? char.readQuoted(field, start) : readBareValue(field, start);
}

/**
 * An unquoted value. Senders forget the quotes around names with blanks, so it reaches to the semicolon, or to what looks
 * like the next parameter when the semicolon was forgotten too. A comment at its end is none of it.
 */
function readBareValue(field: string, start: number): Value {
  let end = start;
  let i = start;
  while (i < field.length && field.charCodeAt(i) !== char.SEMICOLON) {
    const code = field.charCodeAt(i);
    if (code === char.OPEN && i > start) {
      const comment = char.readComment(field, i);
      const after = skipBlanks(field, comment.end);
      i = comment.end;
      if (!endsValue(field, after)) end = i;
    } else if (isBlank(code)) {
      i = skipBlanks(field, i);
      if (endsValue(field, i)) break;
    } else end = ++i;
  }
  return { text: field.slice(start, end), end: i };
}

/** True where the field ends, or a semicolon or `name=` stands. */
function endsValue(field: string, from: number): boolean {
  let i = from;
  while (isNameCharacter(field.charCodeAt(i))) i++;
  const code = field.charCodeAt(i);
  if (i === from) return i >= field.length || code === char.SEMICOLON;
  return code === char.EQUALS;
}

function isNameCharacter(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2a || code === 0x2d;
}

function skipBlanks(field: string, from: number): number {
  let i = from;
  while (i < field.length && isSpace(field.charCodeAt(i))) i++;
  return i;
}
