import type { Address } from './addresses.ts';
import { parseAddresses } from './addresses.ts';
import type { HeaderFields } from './header-fields.ts';
import { renderNstring } from './render.ts';

/** ENVELOPE (RFC 9051 section 7.5.2) from the fields of a message's header. */
export function renderEnvelope(fields: HeaderFields): string {
  const from = renderAddresses(fields.get('from'));
  const sender = renderAddresses(fields.get('sender'));
  const replyTo = renderAddresses(fields.get('reply-to'));
  const members = [
    // RFC 9051 7.5.2: NIL when absent, the empty string when present but empty
    renderNstring(fields.get('date')),
    renderNstring(fields.get('subject')),
    from,
    // RFC 9051 7.5.2: defaults to From, the client is not expected to know
    sender === 'NIL' ? from : sender,
    replyTo === 'NIL' ? from : replyTo,
    renderAddresses(fields.get('to')),
    renderAddresses(fields.get('cc')),
    renderAddresses(fields.get('bcc')),
    renderNstring(fields.get('in-reply-to')),
    renderNstring(fields.get('message-id')),
  ];
  return `(${members.join(' ')})`;
}

function renderAddresses(field: string | undefined): string {
  if (!field) return 'NIL';
  let text = '';
  for (const address of parseAddresses(field)) text += renderAddress(address);
  return text === '' ? 'NIL' : `(${text})`;
}

function renderAddress(address: Address): string {
  const route = address.route === undefined ? 'NIL' : renderNstring(address.route);
  const { name, mailbox, host } = address;
  return `(${renderNstring(name)} ${route} ${renderNstring(mailbox)} ${renderNstring(host)})`;
}
