import type { InternalDate } from '../mail/ports.ts';

/** What Apple Mail's own file of a message says of it. */
export interface AppleMessage {
  readonly bytes: Buffer;
  readonly flags: readonly string[];
  readonly internalDate: InternalDate | undefined;
  /** It is marked as deleted, which Apple Mail does not show. */
  readonly deleted: boolean;
}

/** Bits of `flags` in the property list. */
const bits = { seen: 1, deleted: 2, answered: 4, flagged: 16, draft: 64, forwarded: 256 } as const;
/** Octets of the line with the length, and of the property list that are looked at. */
const longestCount = 32;
const longestList = 64 * 1024;

/**
 * A message of Apple Mail (.emlx): a line with the number of its octets, the message, an XML property list with flags and
 * date. Some programs call such files .eml.
 * @returns undefined when the bytes are something else.
 */
export function readEmlx(bytes: Uint8Array): AppleMessage | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [line = '', digits = ''] = /^(\d{1,10})[ \t]*\r?\n/.exec(buffer.toString('latin1', 0, longestCount)) ?? [];
  const end = line.length + Number(digits);
  if (line === '' || end > buffer.length) return undefined;
  const list = buffer.toString('latin1', end, end + longestList);
  if (!/^\s*(<\?xml|<!DOCTYPE plist|<plist|$)/.test(list)) return undefined;
  const flags = numberOf(list, 'flags') ?? 0;
  const received = numberOf(list, 'date-received');
  return {
    bytes: buffer.subarray(line.length, end),
    flags: flagsOf(flags),
    internalDate: received === undefined ? undefined : { time: received * 1000, zone: 0 },
    deleted: (flags & bits.deleted) !== 0,
  };
}

function numberOf(list: string, key: string): number | undefined {
  const digits = new RegExp(`<key>${key}</key>\\s*<(?:integer|real)>(\\d{1,15})`).exec(list)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function flagsOf(value: number): readonly string[] {
  return [
    ...(value & bits.seen ? ['\\Seen'] : []),
    ...(value & bits.answered ? ['\\Answered'] : []),
    ...(value & bits.flagged ? ['\\Flagged'] : []),
    ...(value & bits.draft ? ['\\Draft'] : []),
    ...(value & bits.forwarded ? ['$Forwarded'] : []),
  ];
}
