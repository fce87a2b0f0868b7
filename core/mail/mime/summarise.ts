import { mimeLimits } from '../../base/limits.ts';
import type { MessageSummary, PartLayout } from '../summary.ts';
import { renderBody } from './body-structure.ts';
import { MessageReader } from './entity.ts';
import { renderEnvelope } from './envelope.ts';
import { fieldsText, type HeaderExtent } from './header.ts';
import { readFields, readListedFields } from './header-fields.ts';
import { LineCounter } from './line-counter.ts';
import { asBuffer, latin1 } from './octets.ts';

/**
 * What clients ask of a message in lists, in one pass over it. Takes any octets and never throws; the time grows with
 * the size of the message whatever it holds.
 *
 * Sizes and offsets are those of the octets as they are stored: a message whose lines end in a bare LF comes back so, and
 * BODY[…] must be as long as BODYSTRUCTURE says.
 *
 * Where mail breaks the rules, or the rules leave it open:
 * - Values are unfolded and otherwise as they were sent: encoded words stay, blanks are not drawn together. Only NUL, which
 *   no string of the protocol may hold, is left out.
 * - An address without a domain has the empty host: NIL would make it the beginning of a group.
 * - Of a field that may stand once only, the first that is not empty counts; address fields are joined.
 * - A multipart without delimiters has one part, text/plain, which is all of its body.
 * - Values that RFC 2231 cut into pieces are put together, but not decoded: clients know `name*`.
 * - A message/rfc822 in base64, which RFC 2046 section 5.2.1 forbids, is decoded, up to a size.
 */
export function summarise(message: Uint8Array): MessageSummary {
  const bytes = asBuffer(message);
  const reader = new MessageReader(bytes);
  const header = reader.readHeader();
  const { fields, listed } = readListedFields(fieldsText(bytes, header));
  const root = reader.readMessage(header, fields);
  const { body, bodyStructure } = renderBody(root, new LineCounter(bytes));
  return {
    envelope: renderEnvelope(fields),
    bodyStructure,
    body,
    listedFields: listed.finish(emptyLine(bytes, header)),
    parts: root.layout,
  };
}

/** Where every part lies: the summary's `parts` alone. */
export function layoutOf(message: Uint8Array): PartLayout {
  const bytes = asBuffer(message);
  const reader = new MessageReader(bytes);
  const header = reader.readHeader();
  return reader.readMessage(header, readFields(fieldsText(bytes, header))).layout;
}

/** The message's own header as latin1 text, as far as we look at headers; the rest of the message is not looked at. */
export function headerTextOf(message: Uint8Array): string {
  const bytes = asBuffer(message);
  return latin1(bytes, 0, Math.min(new MessageReader(bytes).readHeader().bodyStart, mimeLimits.header));
}

/** The line that ends the header, if there is one. */
function emptyLine(bytes: Buffer, header: HeaderExtent): string {
  return latin1(bytes, header.fieldsEnd, header.bodyStart);
}
