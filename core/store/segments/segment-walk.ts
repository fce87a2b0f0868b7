import { crc32 } from 'node:zlib';
import type { OpenFile } from '../files/file-layer.ts';
import { decodeHeader, HEADER_LENGTH, RECORD_ALIGNMENT, type RecordHeader, recordLength } from './record.ts';

/** A place in a segment file. */
export type Step =
  /** A record; `sound` tells whether its content is whole and fits the checksum. */
  | { readonly kind: 'record'; readonly offset: number; readonly header: RecordHeader; readonly sound: boolean }
  /** Octets that are no record: zeros written ahead, or damage. The next step, if any, is at its end. */
  | { readonly kind: 'gap'; readonly offset: number; readonly length: number; readonly zeros: boolean };

const WINDOW = 1024 * 1024;

/** Walks a segment file from record to record, checking every checksum. For recovery and check; the engine never does. */
export async function* walkSegment(file: OpenFile, from = 0): AsyncGenerator<Step> {
  const window = new Window(file, await file.size());
  let at = from;
  while (at < window.size) {
    const header = decodeHeader(await window.bytes(at, HEADER_LENGTH));
    if (header) {
      const sound = (await contentCrc(window, at + HEADER_LENGTH, header.length)) === header.contentCrc;
      yield { kind: 'record', offset: at, header, sound: sound || header.kind === 'void' };
      // A torn record, or one whose length is a lie, may have others where it says its content is.
      const next = at + recordLength(header.length);
      const trusted = sound || next === window.size || decodeHeader(await window.bytes(next, HEADER_LENGTH));
      at = trusted ? next : (await nextHeader(window, at)).end;
    } else {
      const { end, zeros } = await nextHeader(window, at);
      yield { kind: 'gap', offset: at, length: end - at, zeros };
      at = end;
    }
  }
}

/** What is at a place where a record of this blob should be: its header, if it is whole and sound. */
export async function soundRecordAt(
  file: OpenFile,
  row: { readonly id: number; readonly offset: number; readonly size: number },
): Promise<RecordHeader | undefined> {
  const window = new Window(file, await file.size());
  const header = decodeHeader(await window.bytes(row.offset, HEADER_LENGTH));
  if (header?.kind !== 'message' || header.blob !== row.id || header.length !== row.size) return undefined;
  const crc = await contentCrc(window, row.offset + HEADER_LENGTH, header.length);
  return crc === header.contentCrc ? header : undefined;
}

/** The checksum of what is there as the content of a record at `offset`, all of which is in the file. */
export async function contentCrcOf(file: OpenFile, offset: number, { length }: RecordHeader): Promise<number> {
  return (await contentCrc(new Window(file, await file.size()), offset + HEADER_LENGTH, length))!;
}

/** Undefined when the file ends before the content does. */
async function contentCrc(window: Window, start: number, length: number): Promise<number | undefined> {
  if (start + length > window.size) return undefined;
  let crc = 0;
  for (let done = 0; done < length; ) {
    const bytes = await window.bytes(start + done, Math.min(length - done, WINDOW));
    crc = crc32(bytes, crc);
    done += bytes.length;
  }
  return crc;
}

/** Where the next record starts after a gap, or the end of the file. */
async function nextHeader(window: Window, from: number): Promise<{ end: number; zeros: boolean }> {
  let zeros = true;
  for (let at = from; at < window.size; at += WINDOW) {
    const bytes = await window.bytes(at, WINDOW + HEADER_LENGTH);
    const length = Math.min(WINDOW, bytes.length);
    // Zeros are common and long; they are skipped without a look at each place.
    if (isZero(bytes.subarray(0, length))) continue;
    for (let i = at === from ? RECORD_ALIGNMENT : 0; i < length; i += RECORD_ALIGNMENT) {
      if (bytes[i] === 0 || !decodeHeader(bytes, i)) continue;
      return { end: at + i, zeros: zeros && isZero(bytes.subarray(0, i)) };
    }
    zeros = false;
  }
  return { end: window.size, zeros };
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}

/** A file read through a window, forward. */
class Window {
  readonly size: number;
  readonly #file: OpenFile;
  #bytes: Uint8Array = new Uint8Array();
  #start = 0;

  constructor(file: OpenFile, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** `length` octets from `at` on, fewer at the end of the file. Good until the next call. */
  async bytes(at: number, length: number): Promise<Uint8Array> {
    const wanted = Math.min(length, this.size - at);
    if (wanted <= 0) return new Uint8Array();
    if (at < this.#start || at + wanted > this.#start + this.#bytes.length) {
      const bytes = new Uint8Array(Math.min(Math.max(wanted, WINDOW), this.size - at));
      this.#bytes = bytes.subarray(0, await this.#file.read(bytes, at));
      this.#start = at;
    }
    return this.#bytes.subarray(at - this.#start, at - this.#start + wanted);
  }
}
