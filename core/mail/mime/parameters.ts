import { trimBlanks } from './field-scanner.ts';
import { isSpace } from './octets.ts';
import * as char from './structured-text.ts';

/** `name=value` of Content-Type or Content-Disposition, as the sender wrote it (RFC 2231 forms are not decoded). */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** The parameters in `field` from its first semicolon on (RFC 2045 section 5.1). What is no parameter is passed over. */
export function parseParameters(field: string, from: number): Parameter[] {
  const parameters: Parameter[] = [];
  let i = from;
  while (i < field.length) {
    i = skipBetween(field, i);
    const nameStart = i;
    while (i < field.length && !endsName(field.charCodeAt(i))) i++;
    const name = trimBlanks(field.slice(nameStart, i));
    if (field.charCodeAt(i) !== char.EQUALS) {
      // Not a parameter: on to what follows; a stray character must not hold us
      if (i === nameStart) i++;
      continue;
    }
    const value = readValue(field, i + 1);
    if (name !== '') parameters.push({ name, value: value.text });
    i = value.end;
  }
  return parameters;
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

function readValue(field: string, from: number): Omit<char.Piece, 'closed'> {
  let start = from;
  while (start < field.length && isSpace(field.charCodeAt(start))) start++;
  if (field.charCodeAt(start) !== char.QUOTE) return readBareValue(field, start);
  const quoted = char.readQuoted(field, start);
  const semicolon = field.indexOf(';', quoted.end);
  return { text: quoted.text, end: semicolon < 0 ? field.length : semicolon };
}

/**
 * An unquoted value reaches to the semicolon: senders forget the quotes around names with blanks. A comment at its end
 * is none of it.
 */
function readBareValue(field: string, start: number): Omit<char.Piece, 'closed'> {
  const semicolon = field.indexOf(';', start);
  const end = semicolon < 0 ? field.length : semicolon;
  const open = field.indexOf('(', start);
  if (open > start && open < end && char.readComment(field, open).end >= end - 1) {
    return { text: trimBlanks(field.slice(start, open)), end };
  }
  return { text: trimBlanks(field.slice(start, end)), end };
}
