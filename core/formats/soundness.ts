import { hasHeaderField, hasMailField } from './header-fields.ts';
import { isExpunged } from './status-flags.ts';

/** Why these bytes, which an export of ours wrote, cannot be taken back; whatever else they are, they were stored once. */
export function whyNotStored(bytes: Uint8Array, limit: number): string | undefined {
  if (bytes.length === 0) return 'it is empty';
  return bytes.length > limit ? tooLarge(bytes.length, limit) : undefined;
}

/** Why these bytes are no message, for people; undefined when they are one. */
export function whyBroken(bytes: Uint8Array, limit: number): string | undefined {
  const unstored = whyNotStored(bytes, limit);
  if (unstored !== undefined) return unstored;
  // RFC 5322 section 2.3 and RFC 9051 section 4.3.1: a message holds no NUL.
  if (bytes.includes(0)) return 'it holds a NUL';
  return hasHeaderField(bytes) ? undefined : 'it has no header line';
}

/**
 * Why a message that another program still has in its file is gone for its user.
 * @param marked what the program keeps beside the message says so
 */
export function whyDeleted(bytes: Uint8Array, marked = false): string | undefined {
  return marked || isExpunged(bytes) ? 'it was deleted there, and only its file has not been tidied since' : undefined;
}

export function tooLarge(octets: number, limit: number): string {
  return `it has ${octets} octets, the largest message may have ${limit}`;
}

/** Why a file that may be anything is no mail, though its lines have colons: a password file, settings, a program. */
export function whyNoMail(bytes: Uint8Array): string | undefined {
  return hasMailField(bytes) ? undefined : 'it is no mail: it has no Subject, no From and no other field of mail';
}
