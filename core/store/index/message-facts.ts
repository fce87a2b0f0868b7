/**
 * What of a message never changes, as 32 octets of its index row:
 *
 *     0  8  blob id (float64)            24  4  size in octets (uint32)
 *     8  8  internal date (float64)      28  2  zone in minutes (int16)
 *    16  8  save date (float64)          30  2  zeros
 *
 * in the order of the machine's bytes, which is little-endian on everything Node runs on that an office has.
 * 32 is a multiple of every field, so that a column of them can be read through typed arrays without copying.
 */
export const FACTS_LENGTH = 32;
/** Where fields lie, for SQL that copies messages: a copy gets a save date of its own (RFC 8514 section 3). */
export const INTERNAL_DATE_OFFSET = 8;
export const SIZE_OFFSET = 24;
export const ZONE_OFFSET = 28;

export interface MessageFacts {
  readonly blob: number;
  readonly internalDate: number;
  readonly saveDate: number;
  readonly size: number;
  readonly zone: number;
}

export function packFacts(facts: MessageFacts): Uint8Array {
  const buffer = new ArrayBuffer(FACTS_LENGTH);
  const numbers = new Float64Array(buffer);
  numbers[0] = facts.blob;
  numbers[1] = facts.internalDate;
  numbers[2] = facts.saveDate;
  new Uint32Array(buffer)[6] = facts.size;
  new Int16Array(buffer)[14] = facts.zone;
  return new Uint8Array(buffer);
}

/** A date as it lies in packed facts. */
export function octetsOfNumber(number: number): Uint8Array {
  return new Uint8Array(Float64Array.of(number).buffer);
}

/** A zone and the zeros behind it. */
export function octetsOfZone(zone: number): Uint8Array {
  return new Uint8Array(Int16Array.of(zone, 0).buffer);
}

/** Views of many packed facts behind each other; `field(i)` is that of the i-th. */
export class FactsReader {
  readonly #numbers: Float64Array;
  readonly #sizes: Uint32Array;
  readonly #zones: Int16Array;
  readonly count: number;

  constructor(packed: Uint8Array) {
    const bytes = packed.byteOffset % 8 === 0 ? packed : packed.slice();
    this.count = bytes.length / FACTS_LENGTH;
    this.#numbers = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
    this.#sizes = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    this.#zones = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  }

  blob(i: number): number {
    return this.#numbers[i * 4]!;
  }
  internalDate(i: number): number {
    return this.#numbers[i * 4 + 1]!;
  }
  saveDate(i: number): number {
    return this.#numbers[i * 4 + 2]!;
  }
  size(i: number): number {
    return this.#sizes[i * 8 + 6]!;
  }
  zone(i: number): number {
    return this.#zones[i * 16 + 14]!;
  }
}
