import { Refused } from '../../base/errors.ts';
import { decodeMailboxUtf7 } from '../../base/modified-utf7.ts';
import type { Scanner } from './scanner.ts';
import { type Octets, readAstring, readListMailbox, toText } from './strings.ts';

/**
 * mailbox = "INBOX" / astring, as Unicode; INBOX in any case is `INBOX` (RFC 9051 section 9). Not normalized: whether
 * a name is Net-Unicode is for CREATE to say.
 */
export function readMailbox(scanner: Scanner, utf8: boolean): string | undefined {
  const octets = readAstring(scanner);
  if (octets === undefined) return undefined;
  const name = decode(octets, scanner, utf8);
  // In whatever command: nothing here is malformed but the name, and clients with BAD names are old and many.
  if (name === undefined) {
    throw new Refused('NONEXISTENT', 'No mailbox has such a name: it is not modified UTF-7 (write & as &-)');
  }
  return /^inbox$/i.test(name) ? 'INBOX' : name;
}

/** list-mailbox, as Unicode, with its wildcards. */
export function readMailboxPattern(scanner: Scanner, utf8: boolean): string | undefined {
  const octets = readListMailbox(scanner);
  return octets === undefined ? undefined : (decode(octets, scanner, utf8) ?? MATCHES_NOTHING);
}

/** No name has a control character. */
const MATCHES_NOTHING = '\0';

/**
 * In IMAP4rev2 mode names are UTF-8 and `&` means itself. In IMAP4rev1 mode they are modified UTF-7; an 8-bit name
 * cannot be that, so it is taken for the UTF-8 that sloppy clients send.
 * Undefined when a name is neither (RFC 3501 section 5.1.3: SHOULD verify).
 */
function decode(octets: Octets, scanner: Scanner, utf8: boolean): string | undefined {
  const text = toText(octets, scanner, 'The mailbox name');
  if (utf8 || !text.includes('&') || /[^\x00-\x7f]/.test(text)) return text;
  return decodeMailboxUtf7(text);
}
