import { hasHeaderField } from './header-fields.ts';

/** Why these bytes are no message, for people; undefined when they are one. */
export function whyBroken(bytes: Uint8Array, limit: number): string | undefined {
  if (bytes.length === 0) return 'it is empty';
  if (bytes.length > limit) return tooLarge(bytes.length, limit);
  // RFC 5322 section 2.3 and RFC 9051 section 4.3.1: a message holds no NUL.
  if (bytes.includes(0)) return 'it holds a NUL';
  return hasHeaderField(bytes) ? undefined : 'it has no header line';
}

export function tooLarge(octets: number, limit: number): string {
  return `it has ${octets} octets, the largest message may have ${limit}`;
}
