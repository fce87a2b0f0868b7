import { isUtf8 } from 'node:buffer';
import { decodeKnown } from '../mime/charset.ts';

/**
 * The string of a SEARCH as Unicode. `charset` is what SEARCH CHARSET named; undefined is UTF-8, which IMAP4rev2
 * prescribes and of which IMAP4rev1's US-ASCII is a part. Undefined when we do not know the charset or the octets are
 * none of it: the caller answers BADCHARSET (RFC 9051 section 6.4.4).
 */
export function decodeSearchString(octets: Uint8Array, charset: string | undefined): string | undefined {
  const name = (charset ?? 'utf-8').toLowerCase();
  // Clients that say US-ASCII and send UTF-8 mean UTF-8
  if (name === 'utf-8' || name === 'us-ascii') {
    return isUtf8(octets) ? Buffer.from(octets).toString('utf8') : undefined;
  }
  return decodeKnown(octets, name);
}
