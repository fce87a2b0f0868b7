import { crc32 } from 'node:zlib';

/**
 * A record of a segment file: 64 octets of header, the content, zeros up to the next multiple of 8. All numbers are
 * little-endian.
 *
 *      0  4  magic "MRec"                    32  8  id of the mailbox it was delivered to
 *      4  2  version (1)                     40  8  internal date, milliseconds (float64)
 *      6  2  kind: 1 message, 2 void, 3 note 48  8  save date, milliseconds (float64)
 *      8  4  CRC-32 of the header,           56  2  zone of the internal date, minutes (signed)
 *            these four octets as zeros      58  6  zeros
 *     12  4  CRC-32 of the content
 *     16  8  length of the content
 *     24  8  blob id
 *
 * Mailbox and dates are here for the day the index is lost: mail can then be found again without it. A void record
 * covers a place that a power cut left torn, so that whoever walks the file finds the next record. A note tells of
 * deliveries (delivery-note.ts).
 */
export interface RecordHeader {
  readonly kind: RecordKind;
  readonly contentCrc: number;
  /** Octets of content. */
  readonly length: number;
  readonly blob: number;
  readonly mailbox: number;
  readonly internalDate: number;
  readonly saveDate: number;
  readonly zone: number;
}

export const HEADER_LENGTH = 64;
/** Records start at multiples of this. */
export const RECORD_ALIGNMENT = 8;
const MAGIC = 0x6365_524d;
const VERSION = 1;
const KINDS = { message: 1, void: 2, note: 3 } as const;
export type RecordKind = keyof typeof KINDS;

/** Octets a record with so much content takes in the file. */
export function recordLength(contentLength: number): number {
  return HEADER_LENGTH + Math.ceil(contentLength / RECORD_ALIGNMENT) * RECORD_ALIGNMENT;
}

export function encodeHeader(header: RecordHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, KINDS[header.kind], true);
  view.setUint32(12, header.contentCrc, true);
  view.setBigUint64(16, BigInt(header.length), true);
  view.setBigUint64(24, BigInt(header.blob), true);
  view.setBigUint64(32, BigInt(header.mailbox), true);
  view.setFloat64(40, header.internalDate, true);
  view.setFloat64(48, header.saveDate, true);
  view.setInt16(56, header.zone, true);
  view.setUint32(8, crc32(bytes), true);
  return bytes;
}

/** The header at `offset`, or undefined when there is no sound one of a version known to us. */
export function decodeHeader(bytes: Uint8Array, offset = 0): RecordHeader | undefined {
  if (bytes.length - offset < HEADER_LENGTH) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_LENGTH);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== VERSION) return undefined;
  if (view.getUint32(8, true) !== headerCrc(bytes, offset)) return undefined;
  return {
    kind: kindOf(view.getUint16(6, true)),
    contentCrc: view.getUint32(12, true),
    length: Number(view.getBigUint64(16, true)),
    blob: Number(view.getBigUint64(24, true)),
    mailbox: Number(view.getBigUint64(32, true)),
    internalDate: view.getFloat64(40, true),
    saveDate: view.getFloat64(48, true),
    zone: view.getInt16(56, true),
  };
}

function kindOf(code: number): RecordKind {
  if (code === KINDS.void) return 'void';
  return code === KINDS.note ? 'note' : 'message';
}

/**
 * Whether the record at `offset` is that of this blob: magic, blob id and length, no checksums. For the hot path of
 * reading; a place that is wrong (a bug, a restored old index) must never hand out somebody else's mail.
 */
export function isRecordOf(bytes: Uint8Array, offset: number, blob: number, length: number): boolean {
  if (bytes.length - offset < HEADER_LENGTH) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_LENGTH);
  return (
    view.getUint32(0, true) === MAGIC &&
    view.getUint32(16, true) + view.getUint32(20, true) * 0x1_0000_0000 === length &&
    view.getUint32(24, true) + view.getUint32(28, true) * 0x1_0000_0000 === blob
  );
}

/** Whether the content of the record at `offset`, of which isRecordOf is true, fits its checksum. */
export function isSound(bytes: Uint8Array, offset: number, length: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_LENGTH);
  const content = bytes.subarray(offset + HEADER_LENGTH, offset + HEADER_LENGTH + length);
  return view.getUint32(12, true) === crc32(content);
}

function headerCrc(bytes: Uint8Array, offset: number): number {
  const copy = bytes.slice(offset, offset + HEADER_LENGTH);
  copy.fill(0, 8, 12);
  return crc32(copy);
}
