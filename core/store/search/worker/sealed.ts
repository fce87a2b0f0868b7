import { crc32 } from 'node:zlib';

/** The index does not hold what was written into it: it is thrown away. */
export class BrokenIndex extends Error {
  override readonly name = 'BrokenIndex';
}

const SEAL = 4;

/** The octets with a checksum behind them that also says whose they are. */
export function seal(bytes: Uint8Array, owner: number): Uint8Array {
  const sealed = Buffer.allocUnsafe(bytes.length + SEAL);
  sealed.set(bytes);
  sealed.writeUInt32LE(crc32(bytes, owner), bytes.length);
  return sealed;
}

/** The octets without it. @throws BrokenIndex when they are not what was sealed for this owner. */
export function unseal(value: unknown, owner: number): Buffer {
  if (!(value instanceof Uint8Array) || value.length < SEAL)
    throw new BrokenIndex('A part of the search index is missing');
  const sealed = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const bytes = sealed.subarray(0, -SEAL);
  if (sealed.readUInt32LE(bytes.length) !== crc32(bytes, owner)) {
    throw new BrokenIndex('A checksum in the search index is wrong');
  }
  return bytes;
}
