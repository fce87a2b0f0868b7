import { Charsets, decodeText } from './charset.ts';

/** charset'language'text */
const EXTENDED = /^([^']{1,60})'[^']{0,60}'(.*)$/s;
const PERCENT = /%([0-9A-Fa-f]{2})/g;

/** The value of a parameter whose name ends in an asterisk (RFC 2231 section 4) as Unicode; as it is if it is none. */
export function decodeExtendedValue(value: string, charsets = new Charsets()): string {
  const match = EXTENDED.exec(value);
  if (!match) return value;
  const octets = match[2]!.replace(PERCENT, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return decodeText(Buffer.from(octets, 'latin1'), match[1], undefined, charsets);
}
