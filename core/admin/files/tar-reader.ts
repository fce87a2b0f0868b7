import { uploadLimits } from '../../base/limits.ts';
import { BadTar, readPax, readTarHeader, TAR_BLOCK, type TarItem, tarPadding } from '../../base/tar-header.ts';

/** A file in an archive that is being read. */
export interface TarFile extends TarItem {
  /** In pieces as they come; what is not read is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The files of an archive, one after another, while it arrives: nothing is held but the piece that came last. Folders are
 * left out, since files name theirs; so are links and devices.
 * @throws BadTar when it is no archive, or ends too soon
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const octets = new Octets(source);
  try {
    yield* filesIn(octets);
    await octets.rest();
  } finally {
    await octets.release();
  }
}

async function* filesIn(octets: Octets): AsyncGenerator<TarFile> {
  let said: Partial<TarItem> = {};
  for (;;) {
    const block = await octets.take(TAR_BLOCK);
    const header = block && readTarHeader(block);
    if (header === undefined) return;
    const { kind } = header;
    const item = { ...header, ...(kind === 'file' || kind === 'other' ? said : {}) };
    if (kind === 'pax' || kind === 'longName') {
      said = { ...said, ...described(kind, await octets.text(header.size)) };
      await octets.skip(tarPadding(header.size));
      continue;
    }
    said = {};
    const content = octets.pieces(item.size);
    if (kind === 'file') yield { path: item.path, size: item.size, modified: item.modified, content };
    for await (const _ of content);
    await octets.skip(tarPadding(item.size));
  }
}

/** What a header says of the item behind it. */
function described(kind: 'pax' | 'longName', text: Uint8Array): Partial<TarItem> {
  if (kind === 'longName') return { path: new TextDecoder().decode(text).split('\0')[0]! };
  const records = readPax(text);
  const [path, size, modified] = [records.get('path'), Number(records.get('size')), Number(records.get('mtime'))];
  return {
    ...(path !== undefined && { path }),
    ...(Number.isSafeInteger(size) && size >= 0 && { size }),
    ...(Number.isFinite(modified) && { modified: modified * 1000 }),
  };
}

/** Octets that arrive in pieces of any length. */
class Octets {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** So many, as one piece; undefined at the end. @throws BadTar when it ends in the middle. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const taken = new Uint8Array(length);
    let at = 0;
    for await (const piece of this.#some(length)) {
      taken.set(piece, at);
      at += piece.length;
    }
    if (at === 0) return undefined;
    if (at < length) throw new BadTar('it ends too soon');
    return taken;
  }

  async text(length: number): Promise<Uint8Array> {
    if (length > uploadLimits.tarText) throw new BadTar('a name in it is too long');
    return (await this.take(length)) ?? new Uint8Array();
  }

  async *pieces(length: number): AsyncGenerator<Uint8Array> {
    let left = length;
    for await (const piece of this.#some(length)) {
      left -= piece.length;
      yield piece;
    }
    if (left > 0) throw new BadTar('it ends too soon');
  }

  async skip(length: number): Promise<void> {
    for await (const _ of this.pieces(length));
  }

  /** Reads to the end. */
  async rest(): Promise<void> {
    this.#piece = new Uint8Array();
    while (!(await this.#source.next()).done);
  }

  /** Whatever still comes is somebody else's. */
  async release(): Promise<void> {
    await this.#source.return?.();
  }

  /** So many, or all that still comes. */
  async *#some(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      if (this.#piece.length === 0) {
        const next = await this.#source.next();
        if (next.done) return;
        this.#piece = next.value;
      }
      const piece = this.#piece.subarray(0, left);
      this.#piece = this.#piece.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
