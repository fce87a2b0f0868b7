import { lstat, opendir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { octetsOf } from '../../base/patiently.ts';
import { TAR_END, type TarItem, tarHeaderOf, tarPadding } from '../../base/tar-header.ts';

/** The files of a folder, to be sent as one archive. */
export interface PackedFolder {
  /** Of the whole archive. */
  readonly octets: number;
  /** The archive, read from the disk as it is asked for. */
  pieces(): AsyncIterable<Uint8Array>;
}

interface PackedFile extends TarItem {
  readonly file: string;
}

/** Looks at every file once; none may change until the archive was read. */
export async function packFolder(folder: string): Promise<PackedFolder> {
  const files: PackedFile[] = [];
  for await (const file of filesBelow(folder, basename(folder))) files.push(file);
  const octets = files.reduce(
    (sum, item) => sum + tarHeaderOf(item).length + item.size + tarPadding(item.size),
    TAR_END,
  );
  return { octets, pieces: () => piecesOf(files) };
}

async function* filesBelow(folder: string, path: string): AsyncGenerator<PackedFile> {
  for await (const entry of await opendir(folder)) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(file, `${path}/${entry.name}`);
    if (!entry.isFile()) continue;
    const { size, mtimeMs } = await lstat(file);
    yield { file, path: `${path}/${entry.name}`, size, modified: mtimeMs };
  }
}

async function* piecesOf(files: readonly PackedFile[]): AsyncGenerator<Uint8Array> {
  for (const item of files) {
    yield tarHeaderOf(item);
    let left = item.size;
    if (left > 0) {
      for await (const piece of octetsOf(item.file, { end: item.size - 1 })) {
        left -= piece.length;
        yield piece;
      }
    }
    if (left > 0) throw new Error(`${item.file} became shorter while it was sent`);
    yield new Uint8Array(tarPadding(item.size));
  }
  yield new Uint8Array(TAR_END);
}
