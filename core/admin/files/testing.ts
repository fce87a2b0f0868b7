import { TAR_END, tarHeaderOf, tarPadding } from '../../base/tar-header.ts';

/** A file of an archive, for tests. */
export interface TarInput {
  readonly path: string;
  readonly octets: Uint8Array;
  readonly modified: number;
}

export function archiveOf(items: readonly TarInput[]): Buffer {
  const parts = items.flatMap(({ path, octets, modified }) => [
    tarHeaderOf({ path, size: octets.length, modified }),
    octets,
    new Uint8Array(tarPadding(octets.length)),
  ]);
  return Buffer.concat([...parts, new Uint8Array(TAR_END)]);
}

/** In pieces of these lengths, over and over. */
export async function* inPieces(octets: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < octets.length; turn++) {
    const length = lengths[turn % lengths.length]!;
    yield octets.subarray(at, at + length);
    at += length;
  }
}

/** All that comes, as one. */
export async function collected(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}
