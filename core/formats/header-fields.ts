import { skipByteOrderMark } from './byte-order-mark.ts';

/** The little of RFC 5322 headers that archives need: which lines are fields, and what the fields of a name say. */

const fieldName = /^[!-9;-~]+[ \t]*:/;

/** True for the first line of a header field (RFC 5322 section 2.2). */
export function isFieldLine(line: string): boolean {
  return fieldName.test(line);
}

/** A line says whether it is a field within these octets; longer ones are cut before they are looked at. */
const nameLength = 1_000;

/** True when at least one line before the first empty one is a header field. */
export function hasHeaderField(bytes: Uint8Array): boolean {
  for (const line of headerLines(bytes)) if (isFieldLine(line.slice(0, nameLength))) return true;
  return false;
}

/** The values of all fields of this name (lower case), unfolded and trimmed, in order. */
export function fieldValues(bytes: Uint8Array, name: string): string[] {
  const values: string[] = [];
  let wanted = false;
  for (const line of headerLines(bytes)) {
    if (/^[ \t]/.test(line)) {
      if (wanted) values.push(`${values.pop()} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    wanted = colon > 0 && line.slice(0, colon).trimEnd().toLowerCase() === name;
    if (wanted) values.push(line.slice(colon + 1).trim());
  }
  return values;
}

/** Lines up to the first empty one, without their line ends, one octet a character. */
function* headerLines(bytes: Uint8Array): Generator<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = skipByteOrderMark(buffer);
  while (start < buffer.length) {
    const lf = buffer.indexOf(0x0a, start);
    const line = buffer.toString('latin1', start, lf < 0 ? buffer.length : lf).replace(/\r$/, '');
    if (line === '') return;
    yield line;
    if (lf < 0) return;
    start = lf + 1;
  }
}

const known =
  /^(from|sender|reply-to|to|cc|bcc|message-id|in-reply-to|references|subject|comments|keywords|date|received|return-path|delivered-to|mime-version|(content|resent|x|list)-[!-9;-~]+)[ \t]*:/i;

/** True when there is a field that mail has (RFC 5322 section 3.6, RFC 2045). Any text with a colon has fields of a kind. */
export function hasMailField(bytes: Uint8Array): boolean {
  for (const line of headerLines(bytes)) if (known.test(line.slice(0, nameLength))) return true;
  return false;
}
