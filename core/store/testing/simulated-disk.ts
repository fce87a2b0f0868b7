import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileLayer, OpenFile } from '../files/file-layer.ts';
import { systemFiles } from '../files/system-files.ts';

/** One thing that happened on the disk, or a mark that a test set. */
export type DiskEvent =
  | { readonly kind: 'create' | 'remove' | 'flush folder'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly path: string; readonly length: number }
  /** `content` is that of a file SQLite writes: it can be watched only when it is flushed. */
  | { readonly kind: 'flush begins'; readonly path: string; readonly id: number; readonly content?: Uint8Array }
  | { readonly kind: 'flush ends'; readonly path: string; readonly id: number }
  | { readonly kind: 'mark'; readonly text: string };

/** For tests: a real folder whose every write and flush is written down, and which can fail on demand. */
export class SimulatedDisk implements FileLayer {
  readonly events: DiskEvent[] = [];
  /** Called before every write and flush, and before a file is opened for writing; what it throws is the disk's error. */
  fault: (operation: 'open' | 'write' | 'flush', path: string, octets: number) => void = () => {};
  /** Flushes do not end before this. */
  #held: Promise<void> = Promise.resolve();
  #flushes = 0;
  #underWay = 0;

  /** From now on no flush ends until `release`, or the function returned, is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    this.release = resolve;
    return resolve;
  }

  release: () => void = () => {};

  /** Waits until so many writes or begun flushes of a file were seen since the events were last forgotten. */
  async seen(kind: 'write' | 'flush begins', path: string, count = 1): Promise<void> {
    const seen = () => this.events.filter((event) => event.kind === kind && event.path === path).length;
    while (seen() < count) await sleep(1);
    // The writer goes on with what follows its write.
    await sleep(2);
  }

  /** Waits until nothing is written or flushed any more, in the background either. Then forgets all events. */
  async quiet(): Promise<void> {
    for (let still = 0; still < 3; still++) {
      const before = this.events.length;
      await sleep(4);
      if (this.#underWay > 0 || this.events.length !== before) still = -1;
    }
    this.events.length = 0;
  }

  mark(text: string): void {
    this.events.push({ kind: 'mark', text });
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<OpenFile> {
    if (mode !== 'read') this.fault('open', path, 0);
    const file = await systemFiles.open(path, mode);
    if (mode === 'create') this.events.push({ kind: 'create', path });
    return {
      path,
      read: (into, position) => file.read(into, position),
      size: () => file.size(),
      close: () => file.close(),
      write: (pieces, position) =>
        this.#watch(async () => {
          const octets = pieces.reduce((sum, piece) => sum + piece.length, 0);
          this.fault('write', path, octets);
          await file.write(pieces, position);
          this.events.push({ kind: 'write', path, position, bytes: Buffer.concat(pieces) });
        }),
      truncate: async (length) => {
        await file.truncate(length);
        this.events.push({ kind: 'truncate', path, length });
      },
      flush: () =>
        this.#watch(async () => {
          this.fault('flush', path, 0);
          const id = ++this.#flushes;
          const content = path.endsWith('-wal') ? { content: new Uint8Array(readFileSync(path)) } : {};
          this.events.push({ kind: 'flush begins', path, id, ...content });
          // The disk takes its time: whoever does not wait for it is found out.
          await sleep(1);
          await this.#held;
          this.events.push({ kind: 'flush ends', path, id });
        }),
    };
  }

  async #watch(operation: () => Promise<void>): Promise<void> {
    this.#underWay++;
    try {
      await operation();
    } finally {
      this.#underWay--;
    }
  }

  makeFolder = systemFiles.makeFolder;
  list = systemFiles.list;
  rename = systemFiles.rename;
  untilFree = systemFiles.untilFree;

  async remove(path: string): Promise<void> {
    await systemFiles.remove(path);
    this.events.push({ kind: 'remove', path });
  }

  async flushFolder(path: string): Promise<void> {
    await systemFiles.flushFolder(path);
    this.events.push({ kind: 'flush folder', path });
  }
}

/**
 * Makes `target` a folder as a power cut would have left it: `base`, and on it the events that came before the cut. What
 * was flushed is there; of what was not, `chance` (0 … 1) decides piece by piece whether it is there, in part, or not.
 */
export function cutPower(
  base: string,
  target: string,
  source: string,
  events: readonly DiskEvent[],
  chance: () => number,
): void {
  copyFolder(base, target);
  const flushed = new Set(events.flatMap((event) => (event.kind === 'flush ends' ? [event.id] : [])));
  /** Files whose name did not reach the disk, with all that was written to them. */
  const missing = new Set<string>();
  for (const [at, event] of events.entries()) {
    if (event.kind === 'mark' || event.kind === 'flush folder' || missing.has(event.path)) continue;
    const path = join(target, relative(source, event.path));
    const later = events.slice(at + 1);
    const durable = later.some((e) => e.kind === 'flush begins' && e.path === event.path && flushed.has(e.id));
    const named = later.some((e) => e.kind === 'flush folder' && e.path === dirname(event.path));
    if (event.kind === 'create' && !named && chance() < 0.3) missing.add(event.path);
    else if (event.kind === 'create') createEmpty(path);
    if (event.kind === 'remove') remove(path, named ? 0 : chance());
    if (event.kind === 'write') overwrite(path, event.position, durable ? event.bytes : torn(event.bytes, chance()));
    if (event.kind === 'truncate' && (durable || chance() < 0.5)) resize(path, event.length);
    if (event.kind === 'flush begins' && event.content) {
      const known = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
      writeFileSync(path, flushed.has(event.id) ? event.content : mixed(known, event.content, chance()));
    }
  }
}

/** Its folder may have been an empty one, which is not copied. */
function createEmpty(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}

/** All of it, a part of what is in a folder, or nothing. */
function remove(path: string, chance: number): void {
  if (chance < 0.5) rmSync(path, { recursive: true, force: true });
  if (chance > 0.75 || !existsSync(path) || !statSync(path).isDirectory()) return;
  for (const [at, name] of readdirSync(path).entries())
    if (at % 2 === 0) rmSync(join(path, name), { recursive: true, force: true });
}

/** What a disk made of a write that was under way: nothing, the beginning, the end, all of it, or only zeros. */
function torn(bytes: Uint8Array, chance: number): { start: number; bytes: Uint8Array } | Uint8Array | undefined {
  const half = Math.floor(bytes.length / 2);
  if (chance < 0.25) return undefined;
  if (chance < 0.45) return bytes.subarray(0, half);
  if (chance < 0.65) return { start: half, bytes: bytes.subarray(half) };
  if (chance < 0.75) return new Uint8Array(bytes.length);
  return bytes;
}

/** The -wal file with none, the first half, or all of what was written since its last flush. */
function mixed(before: Uint8Array, after: Uint8Array, chance: number): Uint8Array {
  if (chance < 0.33) return before;
  if (chance > 0.66) return after;
  let end = Math.min(before.length, after.length);
  while (end > 0 && before[end - 1] === after[end - 1]) end--;
  const result = Buffer.from(before);
  result.set(after.subarray(0, Math.floor(end / 2)));
  return result;
}

function overwrite(path: string, position: number, what: ReturnType<typeof torn>): void {
  if (!what) return;
  const { start, bytes } = 'start' in what ? what : { start: 0, bytes: what };
  const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const result = Buffer.alloc(Math.max(content.length, position + start + bytes.length));
  result.set(content);
  result.set(bytes, position + start);
  writeFileSync(path, result);
}

function resize(path: string, length: number): void {
  const result = Buffer.alloc(length);
  result.set(readFileSync(path).subarray(0, length));
  writeFileSync(path, result);
}

export function copyFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const source = join(from, name);
    if (statSync(source).isDirectory()) continue;
    mkdirSync(dirname(join(to, name)), { recursive: true });
    copyFileSync(source, join(to, name));
  }
}
