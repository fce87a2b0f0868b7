import type { PartLayout } from '../../mail/summary.ts';

/** A part as an array: shorter than an object, and read three times as fast. */
type Code = readonly [number, number, number, string, string | 0, string, readonly Code[], encodedMessage?: 1];

export function encodeLayout(parts: PartLayout): string {
  return JSON.stringify(toCode(parts));
}

export function decodeLayout(text: string): PartLayout {
  return fromCode(JSON.parse(text));
}

function toCode(part: PartLayout): Code {
  const { headerStart, bodyStart, bodyEnd, mediaType, charset = 0, encoding, children, isEncodedMessage } = part;
  const code = [headerStart, bodyStart, bodyEnd, mediaType, charset, encoding, children.map(toCode)] as const;
  return isEncodedMessage ? [...code, 1] : code;
}

function fromCode(code: Code): PartLayout {
  const [headerStart, bodyStart, bodyEnd, mediaType, charset, encoding, children, encodedMessage] = code;
  return {
    headerStart,
    bodyStart,
    bodyEnd,
    mediaType,
    charset: charset === 0 ? undefined : charset,
    encoding,
    children: children.map(fromCode),
    ...(encodedMessage === 1 && { isEncodedMessage: true }),
  };
}
