/**
 * Mailbox names as IMAP4rev1 clients write them: modified UTF-7 (RFC 3501 section 5.1.3). Printable ASCII stands for
 * itself, `&-` is `&`, everything else is UTF-16BE in base64 with `,` for `/`, between `&` and `-`.
 */

const RUN_TO_ENCODE = /[^\x20-\x25\x27-\x7e]+/g;
const ENCODED_RUN = /&([A-Za-z0-9+,]*)-/g;

/** A Unicode name in modified UTF-7. A lone surrogate, which is no character, becomes U+FFFD. */
export function encodeMailboxUtf7(name: string): string {
  return name.toWellFormed().replace(RUN_TO_ENCODE, (run) => {
    // `&` only ever stands alone: each becomes `&-`, also between encoded runs.
    return run.split(/(&)/).map(encodeRun).join('');
  });
}

function encodeRun(run: string): string {
  if (run === '') return '';
  if (run === '&') return '&-';
  const base64 = Buffer.from(run, 'utf16le').swap16().toString('base64');
  return `&${base64.replace(/=+$/, '').replaceAll('/', ',')}-`;
}

/**
 * The Unicode name that modified UTF-7 stands for; undefined when it is not the one right encoding of a name: 8-bit or
 * control characters, a shift without end, encoded printable ASCII, a superfluous shift, half a character.
 */
export function decodeMailboxUtf7(text: string): string | undefined {
  if (!text.includes('&')) return isPrintableAscii(text) ? text : undefined;
  const name = text.replace(ENCODED_RUN, (_, base64: string) => (base64 === '' ? '&' : decodeRun(base64)));
  // A name has one right encoding (RFC 3501 5.1.3), so whatever does not come back the same was not it.
  return encodeMailboxUtf7(name) === text ? name : undefined;
}

function decodeRun(base64: string): string {
  const octets = Buffer.from(base64.replaceAll(',', '/'), 'base64');
  return octets
    .subarray(0, octets.length & ~1)
    .swap16()
    .toString('utf16le');
}

function isPrintableAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
