import { type Address, parseAddresses } from '../mime/addresses.ts';
import { type Charsets, decodeHeader } from '../mime/decode.ts';
import { normalise } from './normalise.ts';

/**
 * What FROM, TO, CC and BCC look at in a field: its addresses as ENVELOPE has them (RFC 9051 section 6.4.4), so that comments
 * and blanks inside of an address hide nothing. Names are decoded; one line, as people write addresses. Normalised.
 * @param charsets those of the message
 */
export function addressSearchValues(value: string, charsets: Charsets): readonly string[] {
  let text = '';
  for (const address of parseAddresses(value)) {
    const { mailbox, host } = address;
    if (mailbox === undefined) text += ';';
    else if (host === undefined) text += `${separatorBehind(text)}${decodeHeader(mailbox, charsets)}:`;
    else text += separatorBehind(text) + addressText(address, charsets);
  }
  return [normalise(text)];
}

function separatorBehind(text: string): string {
  if (text === '') return '';
  return text.endsWith(':') ? ' ' : ', ';
}

function addressText({ name, mailbox, host }: Address, charsets: Charsets): string {
  const spec = decodeHeader(host ? `${mailbox}@${host}` : (mailbox ?? ''), charsets);
  if (name === undefined) return spec;
  return spec === '' ? decodeHeader(name, charsets) : `${decodeHeader(name, charsets)} <${spec}>`;
}
