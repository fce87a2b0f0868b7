import { isUtf8 } from 'node:buffer';
import { wireLimits } from '../../base/limits.ts';
import { Class } from './characters.ts';
import type { Scanner } from './scanner.ts';

/** Octets as they were read: an octet string if they stood in the line, a buffer if they were a literal. */
export type Octets = string | Buffer;

/** A run of octets of one class, such as an atom; undefined when there is none. */
export function readToken(scanner: Scanner, mask: number, what: string): string | undefined {
  const end = scanner.endOf(mask);
  if (end === scanner.at) return undefined;
  if (end - scanner.at > wireLimits.atom) throw tooLong(scanner, what);
  return scanner.take(end);
}

/** string = quoted / literal */
export function readString(scanner: Scanner): Octets | undefined {
  return readQuoted(scanner) ?? readLiteral(scanner);
}

/** astring = 1*ASTRING-CHAR / string */
export function readAstring(scanner: Scanner): Octets | undefined {
  return readToken(scanner, Class.astring, 'The atom') ?? readString(scanner);
}

/** list-mailbox = 1*list-char / string */
export function readListMailbox(scanner: Scanner): Octets | undefined {
  return readToken(scanner, Class.list, 'The pattern') ?? readString(scanner);
}

/** nstring = string / nil. Null for NIL. */
export function readNstring(scanner: Scanner): Octets | null | undefined {
  const end = scanner.endOf(Class.astring);
  if (!scanner.isWord('NIL', end)) return readString(scanner);
  scanner.at = end;
  return null;
}

export function toBytes(octets: Octets): Uint8Array {
  return typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets;
}

/**
 * The text that the octets are in UTF-8. It does not share memory with the command, so it may be kept for long.
 * @throws Malformed when they are not UTF-8
 */
export function toText(octets: Octets, scanner: Scanner, what: string): string {
  if (typeof octets === 'string' && isAscii(octets)) return detached(octets);
  const bytes = typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets;
  if (!isUtf8(bytes)) throw scanner.wrong(`${what} is not UTF-8`);
  return bytes.toString('utf8');
}

/** The same octet string, holding on to nothing but its own octets: a slice keeps the whole line in memory. */
export function detached(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** quoted = DQUOTE *QUOTED-CHAR DQUOTE, with any 8-bit octet for UTF8-2 / UTF8-3 / UTF8-4. */
function readQuoted(scanner: Scanner): string | undefined {
  if (scanner.text[scanner.at] !== '"') return undefined;
  const start = scanner.at + 1;
  const end = scanner.endOf(Class.quoted, start);
  if (end - start > wireLimits.atom) throw tooLong(scanner, 'The quoted string');
  scanner.at = start;
  if (scanner.text[end] !== '"') return readEscaped(scanner);
  const text = scanner.take(end);
  scanner.at++;
  return text;
}

/** The inside of a quoted string that may have escapes, and its closing quote. */
function readEscaped(scanner: Scanner): string {
  const start = scanner.at;
  let text = '';
  while (!scanner.char('"')) {
    text += scanner.take(scanner.endOf(Class.quoted));
    if (scanner.char('\\')) {
      const special = scanner.text[scanner.at];
      if (special !== '"' && special !== '\\') throw scanner.expected('" or \\ after the \\');
      text += special;
      scanner.at++;
    } else if (scanner.text[scanner.at] !== '"') {
      throw scanner.expected('the closing quote');
    }
    if (scanner.at - start > 2 * wireLimits.atom) throw tooLong(scanner, 'The quoted string');
  }
  return text;
}

/** literal = "{" number64 ["+"] "}" CRLF *CHAR8 */
function readLiteral(scanner: Scanner): Buffer | undefined {
  const literal = scanner.peekLiteral();
  if (literal === undefined) return undefined;
  // RFC 3516 section 7: literal8 stands for a message only.
  if (literal.literal8) throw scanner.wrong('A literal8 (~{n}) is not allowed');
  // RFC 9051 section 9, CHAR8
  if (literal.octets.includes(0)) throw scanner.wrong('A literal with NUL is not allowed');
  scanner.passLiteral();
  return literal.octets;
}

function tooLong(scanner: Scanner, what: string): Error {
  return scanner.wrong(`${what} is longer than ${wireLimits.atom} octets`);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) >= 0x80) return false;
  }
  return true;
}
