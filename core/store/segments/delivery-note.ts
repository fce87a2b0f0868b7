/**
 * What an APPEND has put into the index, written into the segment behind its messages. With it one flush, that of the
 * segment, is enough for the OK: should a power cut take the end of the index's log, recovery delivers again. Only
 * deliveries have notes; every other change flushes the index, and with it all deliveries before.
 */
export interface Delivery {
  /** The mailbox's id in the index. */
  readonly mailbox: number;
  readonly modseq: number;
  /** UIDs go up by one from here. */
  readonly firstUid: number;
  readonly messages: readonly DeliveredMessage[];
}

export interface DeliveredMessage {
  readonly blob: number;
  readonly segment: number;
  readonly offset: number;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly internalDate: number;
  /** Minutes east of UTC. */
  readonly zone: number;
  readonly saveDate: number;
  readonly flags: readonly string[];
}

/** The content of a note record: JSON, since it is small and read after a power cut only. */
export function encodeDeliveries(deliveries: readonly Delivery[]): Uint8Array {
  return Buffer.from(JSON.stringify(deliveries), 'utf8');
}

/** @param content of a record whose checksum fits: it is as it was written */
export function decodeDeliveries(content: Uint8Array): readonly Delivery[] {
  return JSON.parse(Buffer.from(content).toString('utf8')) as readonly Delivery[];
}
