import { isUtf8 } from 'node:buffer';

/**
 * The text of a user name or password that a client sent: UTF-8 (RFC 9051 section 6.2.3, RFC 4616 section 2), or else what old
 * programs on Windows send, so that a right password is not called malformed.
 */
export function credentialText(octets: Uint8Array): string {
  return new TextDecoder(isUtf8(octets) ? 'utf-8' : 'windows-1252', { ignoreBOM: true }).decode(octets);
}
