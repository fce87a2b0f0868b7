import { wireLimits } from '../../base/limits.ts';
import { encodeMailboxUtf7 } from '../../base/modified-utf7.ts';
import { MONTH_NAMES } from './calendar.ts';
import { allOf, Class } from './characters.ts';

/**
 * Values as protocol text. Everything here answers octet strings: one character is one octet on the wire (latin1).
 * What goes in as a string is an octet string, too, unless it says Unicode; Unicode text goes through utf8() first.
 */

/** The octets of Unicode text in UTF-8. */
export function utf8(text: string): string {
  return isOf7Bits(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** quoted. The text must have no NUL, CR or LF; 8-bit octets are for clients that enabled IMAP4rev2 only. */
export function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`;
}

/**
 * literal = "{" number64 "}" CRLF *CHAR8. A NUL, which no string may have (RFC 9051 section 9), passes through: text
 * made from mail is rid of it where it is made.
 * @throws RangeError when a character is no octet
 */
export function literal(text: string): string {
  return `{${text.length}}\r\n${octetsOnly(text)}`;
}

/** Not TEXT-CHAR of 7 bits: NUL, CR, LF, and 8-bit octets, which only clients that enabled IMAP4rev2 know quoted. */
const NEEDS_LITERAL = /[^\x01-\x09\x0b\x0c\x0e-\x7f]/;

/** string: quoted if it can be, else a literal. */
export function string(value: string | Uint8Array): string {
  const text = typeof value === 'string' ? value : latin1(value);
  return text.length > wireLimits.quotedReply || NEEDS_LITERAL.test(text) ? literal(text) : quoted(text);
}

/** nstring: a string, or NIL for null. */
export function nstring(value: string | Uint8Array | null): string {
  return value === null ? 'NIL' : string(value);
}

/** astring: an atom if it can be, else a string. Never an atom that reads as NIL or would end a response code. */
export function astring(value: string | Uint8Array): string {
  const text = typeof value === 'string' ? value : latin1(value);
  const isAtom = text !== '' && text.length <= wireLimits.quotedReply && allOf(text, Class.atom);
  return isAtom && text.toUpperCase() !== 'NIL' ? text : string(text);
}

/**
 * mailbox, from a Unicode name: UTF-8 in quotes for clients that enabled IMAP4rev2 (RFC 9051 section 5.1), modified
 * UTF-7 for others.
 */
export function mailboxName(name: string, asUtf8: boolean): string {
  if (!asUtf8) return astring(encodeMailboxUtf7(name));
  const octets = utf8(name);
  return /[\x80-\xff]/.test(octets) && !/[\0\r\n]/.test(octets) ? quoted(octets) : astring(octets);
}

/** What a date of four-digit years can show. */
const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59Z');

/**
 * date-time, quotes included, as INTERNALDATE shows it.
 * @param time milliseconds since 1970-01-01T00:00:00Z; what no four-digit year can show becomes the nearest that can
 * @param zone minutes east of UTC, less than 24 hours either way
 */
export function dateTime(time: number, zone: number): string {
  const date = new Date(Math.min(Math.max(time + zone * 60_000, EARLIEST), LATEST));
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const east = Math.abs(zone);
  const offset = `${zone < 0 ? '-' : '+'}${two(Math.floor(east / 60))}${two(east % 60)}`;
  return `"${day}-${MONTH_NAMES[date.getUTCMonth()]}-${year} ${clock} ${offset}"`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1');
}

function isOf7Bits(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}

function octetsOnly(text: string): string {
  if (/[^\x00-\xff]/.test(text)) throw new RangeError('Characters that are no octets: encode the text as UTF-8 first');
  return text;
}
