import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uploadLimits } from '../../base/limits.ts';
import { systemRandom } from '../../base/random.ts';
import { tarHeaderOf } from '../../base/tar-header.ts';
import { AdminFailure } from '../failure.ts';
import { needRoom } from './room.ts';
import { safeNames } from './safe-names.ts';
import { readTar } from './tar-reader.ts';
import { packFolder } from './tar-writer.ts';
import { archiveOf, collected, inPieces, type TarInput } from './testing.ts';
import { openTransferFiles, type TransferFiles } from './transfer-files.ts';

let folder: string;
let files: TransferFiles;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-files-'));
  files = await openTransferFiles(join(folder, 'transfer'), systemRandom);
});
afterEach(async () => {
  await files.close();
  await rm(folder, { recursive: true });
});

async function read(source: AsyncIterable<Uint8Array>): Promise<TarInput[]> {
  const items: TarInput[] = [];
  for await (const { path, modified, content } of readTar(source)) {
    items.push({ path, modified, octets: await collected(content) });
  }
  return items;
}

const file = (path: string, text = 'x') => ({ path, octets: Buffer.from(text), modified: 1_000_000_000_000 });
const upload = (...items: readonly TarInput[]) => files.uploads.receive(inPieces(archiveOf(items), [700]), undefined);
const left = () => readdir(join(folder, 'transfer')).catch(() => []);

/** Corrects the sum of a header that was changed. */
function signed(header: Buffer): void {
  const sum = header.subarray(0, 512).reduce((all, octet, at) => all + (at >= 148 && at < 156 ? 32 : octet), 0);
  header.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
}

describe('an archive', () => {
  const item = fc.record({
    path: fc
      .array(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }), { minLength: 1, maxLength: 5 })
      .map((names) => names.map((name) => name.replaceAll(/[/\0]/g, '_')).join('/')),
    octets: fc.uint8Array({ maxLength: 1_500 }),
    modified: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
  });

  it('reads back as it was packed, in whatever pieces it comes', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 4 }), lengths, async (items, pieces) => {
        const back = await read(inPieces(archiveOf(items), pieces));
        expect(back).toEqual(items.map(({ octets, ...rest }) => ({ ...rest, octets: Buffer.from(octets) })));
      }),
      { numRuns: 60 },
    );
  });

  it('that is damaged or something else is refused or read, and never anything worse', async () => {
    const whole = archiveOf([file('a.eml', 'y'.repeat(700)), file('ä'.repeat(70))]);
    const damages = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damages, fc.nat(whole.length), async (changes, length) => {
        const octets = Buffer.from(whole.subarray(0, length));
        for (const [at, octet] of changes) if (at < length) octets[at] = octet;
        const received = files.uploads.receive(inPieces(octets, [512]), undefined);
        await received.then(
          (id) => files.uploads.take(id).remove(),
          (failure: unknown) => expect(failure).toBeInstanceOf(AdminFailure),
        );
      }),
      { numRuns: 200 },
    );
    for (const length of [100, 600, 1_100]) {
      await expect(read(inPieces(whole.subarray(0, length), [512]))).rejects.toThrow('too soon');
    }
    await expect(read(inPieces(Buffer.alloc(2_000, 'From a@b'), [512]))).rejects.toThrow('no tar archive');
  });

  it('is taken no faster than what becomes of it: a slow disk must not fill the memory', async () => {
    let given = 0;
    const whole = archiveOf([file('large', 'z'.repeat(100_000))]);
    async function* counted() {
      for await (const piece of inPieces(whole, [1_000])) {
        given++;
        yield piece;
      }
    }
    let taken = 0;
    for await (const { content } of readTar(counted())) {
      for await (const _ of content) expect(given).toBeLessThanOrEqual(++taken + 1);
    }
    expect(taken).toBe(101);
  });

  it('of a folder is as long as it was said to be, and has files only', async () => {
    const source = join(folder, 'Mail of karen');
    await files.uploads.take(await upload(file('Maildir/cur/1:2,S', 'one'), file('Maildir/new/2', ''))).remove();
    const id = await upload(
      file('Mail/Büro/2019.mbox', 'From '),
      file(`Mail/${'long'.repeat(40)}.mbox`, 'x'.repeat(512)),
    );
    const { paths } = files.uploads.take(id);
    await writeFile(source, 'secret');
    await symlink(source, join(paths[0]!, 'link'));
    const packed = await packFolder(paths[0]!);
    const octets = await collected(packed.pieces());
    expect(octets.length).toBe(packed.octets);
    const back = await read(inPieces(octets, [3_000]));
    const texts = back.map(({ path, octets: content }) => [path, content.toString()]).sort();
    expect(texts).toEqual([
      ['Mail/Büro/2019.mbox', 'From '],
      [`Mail/${'long'.repeat(40)}.mbox`, 'x'.repeat(512)],
    ]);
    expect(back.map(({ modified }) => modified)).toEqual([1_000_000_000_000, 1_000_000_000_000]);
  });
});

describe('files that are sent', () => {
  it('keep their dates, which are those of messages, and are gone when they are needed no more', async () => {
    const id = await upload(file('Maildir/cur/1.a:2,S', 'Subject: a\r\n\r\n'), file('b.mbox'));
    const sent = files.uploads.take(id);
    expect(sent.paths.map((path) => path.slice(sent.folder.length + 1))).toEqual(['Maildir', 'b.mbox']);
    const message = join(sent.paths[0]!, 'cur', process.platform === 'win32' ? '1.a;2,S' : '1.a:2,S');
    expect(await readFile(message, 'utf8')).toBe('Subject: a\r\n\r\n');
    const { mtimeMs, mode } = await stat(message);
    expect(mtimeMs).toBe(1_000_000_000_000);
    if (process.platform !== 'win32') expect(mode & 0o077).toBe(0);
    expect(() => files.uploads.take(id)).toThrow(/not on the server any more/);
    sent.giveBack();
    await files.uploads.take(id).remove();
    expect(await left()).toEqual([]);
  });

  it.each([
    ['out of the folder', [file('../../evil')]],
    ['out of it further down', [file('a/../../evil')]],
    ['to nowhere', [file('.')]],
    ['through a file', [file('a'), file('a/b')]],
    ['to a place that is taken', [file('a'), file('a')]],
    ['too deep', [file(`${'d/'.repeat(uploadLimits.levels)}x`)]],
    ['to a name no disk has', [file('n'.repeat(300))]],
    ['to nothing at all', []],
  ])('lead nowhere but into their folder: %s', async (_what, items) => {
    await expect(items.length === 0 ? upload() : upload(file('first'), ...items)).rejects.toThrow();
    expect(await left()).toEqual([]);
    expect(await readdir(folder)).not.toContain('evil');
  });

  it('are put by an absolute path into their folder all the same, and links are not made', async () => {
    const link = Buffer.from(tarHeaderOf({ path: 'l', size: 0, modified: 0 }));
    link[156] = '2'.charCodeAt(0);
    link.set(Buffer.from('/etc/passwd'), 157);
    signed(link);
    const archive = Buffer.concat([link, archiveOf([file('/etc/passwd'), file('b')])]);
    const sent = files.uploads.take(await files.uploads.receive(inPieces(archive, [512]), archive.length));
    expect(sent.paths.map((path) => path.slice(sent.folder.length + 1))).toEqual(['etc', 'b']);
    expect(await readdir(sent.folder, { recursive: true })).toHaveLength(3);
  });

  it('have whatever date they like', async () => {
    await upload({ ...file('far'), modified: 8 ** 11 * 1000 - 1 });
    const pax = archiveOf([{ path: 'x', octets: Buffer.from('15 mtime=1e300\n'), modified: 0 }]);
    pax[156] = 'x'.charCodeAt(0);
    signed(pax);
    const archive = Buffer.concat([pax.subarray(0, 1_024), archiveOf([file('dated')])]);
    const sent = files.uploads.take(await files.uploads.receive(inPieces(archive, [512]), undefined));
    expect((await stat(sent.paths[0]!)).isFile()).toBe(true);
  });

  it('leave nothing when the sender goes away in the middle', async () => {
    async function* broken() {
      yield archiveOf([file('a', 'x'.repeat(3_000))]).subarray(0, 1_500);
      throw new Error('aborted');
    }
    await expect(files.uploads.receive(broken(), undefined)).rejects.toThrow('aborted');
    expect(await left()).toEqual([]);
  });

  it('never fill the disk, nor come without end or all at once', async () => {
    const roomOf = (octets: number) => ({ room: async () => octets }) as never;
    await needRoom(roomOf(uploadLimits.roomLeft + 1_001), 1_000);
    await expect(needRoom(roomOf(uploadLimits.roomLeft + 1_000), 1_000)).rejects.toThrow(
      /no room.*1 GiB must stay free/,
    );
    const endless = files.uploads.receive(inPieces(Buffer.alloc(1), [1]), uploadLimits.octets + 1);
    await expect(endless).rejects.toThrow('More than 100 GiB');
    const stuck = Promise.withResolvers<void>();
    async function* waiting() {
      await stuck.promise;
      yield archiveOf([file('a')]);
    }
    const arriving = Array.from({ length: uploadLimits.atOnce }, () => files.uploads.receive(waiting(), undefined));
    await expect(upload(file('one more'))).rejects.toThrow(/under way/);
    stuck.resolve();
    await Promise.all(arriving);
    for (let at = 0; at < uploadLimits.waiting; at++) await upload(file('a'));
    expect((await left()).length).toBe(uploadLimits.waiting);
  });

  it('have names that Windows takes for files', () => {
    const named = (path: string) => safeNames(path, 'win32').join('/');
    expect(named('cur/1.a:2,S')).toBe('cur/1.a;2,S'); // which the reader of Maildirs understands
    expect(named('a\\..\\b/nul.txt/COM¹/x. ')).toBe('a_.._b/_nul.txt/_COM¹/x._');
  });
});

describe('what waits to be fetched', () => {
  it('is one file or one archive, fetched once by a link that is good for once', async () => {
    const { downloads } = files;
    const made = await files.makeFolder(10);
    const path = join(made, 'karen INBOX.mbox');
    await writeFile(path, 'From x');
    await utimes(path, 1, 1);
    const download = await downloads.add(path, made, 'a1');
    expect(download).toMatchObject({ name: 'karen INBOX.mbox', octets: 6, isGone: false });
    const broken = download.link();
    const link = download.link().replace('downloads/', '');
    expect(downloads.open('x')).toBeUndefined();
    const half = downloads.open(broken.replace('downloads/', ''))!;
    expect(downloads.open(broken.replace('downloads/', ''))).toBeUndefined();
    await half.end(false); // those who were cut off may ask for another link
    expect(download.isGone).toBe(false);
    const fetched = downloads.open(link)!;
    expect((await collected(fetched.pieces())).toString()).toBe('From x');
    await fetched.end(true);
    expect([download.isGone, await left()]).toEqual([true, []]);
  });

  it('goes with the user whose mail it is, and at the next start when the server was killed', async () => {
    for (const account of ['a1', 'a2']) {
      const made = await files.makeFolder(10);
      await writeFile(join(made, 'x'), account);
      await files.downloads.add(join(made, 'x'), made, account);
    }
    await files.downloads.forget('a1');
    expect((await left()).length).toBe(1);
    await openTransferFiles(join(folder, 'transfer'), systemRandom);
    expect(await left()).toEqual([]);
  });
});
