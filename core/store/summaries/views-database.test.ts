import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeLimits } from '../../base/limits.ts';
import type { MessageSummary, SummaryField } from '../../mail/summary.ts';
import { temporaryFolder } from '../testing/test-store.ts';
import { PackCache } from './pack-cache.ts';
import { ViewsDatabase, viewsPath } from './views-database.ts';

const part = {
  headerStart: 0,
  bodyStart: 10,
  bodyEnd: 20,
  mediaType: 'text/plain',
  charset: undefined,
  encoding: '7bit',
};
const summary = (text: string): MessageSummary => ({
  envelope: `(${text})`,
  bodyStructure: text,
  body: '',
  listedFields: `Subject: ${text}\r\n`,
  parts: { ...part, children: [{ ...part, charset: 'ütf-8', children: [] }] },
});

const EVERYTHING: readonly SummaryField[] = ['parts', 'envelope', 'body', 'listedFields', 'bodyStructure'];

describe('views.db', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const read = (blobs: number[], fields: readonly SummaryField[] = EVERYTHING) => {
    const views = ViewsDatabase.forReading(folder.path)!;
    const found = new Map<number, object>();
    views.read(blobs, fields, (index, one) => found.set(blobs[index]!, one));
    views.close();
    return new Map([...found].sort(([a], [b]) => a - b));
  };
  const write = (work: (views: ViewsDatabase) => void) => {
    const views = ViewsDatabase.forWriting(folder.path);
    work(views);
    views.close();
  };
  const insert = (blobs: number[], text = (blob: number) => `text of ${blob}`) =>
    write((views) => views.insert(blobs.map((blob) => ({ blob, summary: summary(text(blob)) }))));
  const counts = () => {
    const database = new DatabaseSync(viewsPath(folder.path));
    const count = (table: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n']);
    const counted = { rows: count('summary'), packs: count('packed_envelope') };
    database.close();
    return counted;
  };
  const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);
  const octets = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));

  it.each([
    ['one by one', 1],
    ['packed with others', 300],
  ])('gives every octet back, NUL and those above 127 included, and keeps messages apart: %s', (_, count) => {
    const texts = ['a', '', octets, 'b'.repeat(1_000)];
    const textOf = (blob: number) => texts[blob] ?? `text of ${blob}`;
    const blobs = [...upTo(count, 0), 1_000_000];
    write((views) => {
      for (let i = 0; i < 4; i++) views.insert([{ blob: i, summary: summary(textOf(i)) }]);
      views.insert(blobs.slice(4).map((blob) => ({ blob, summary: summary(textOf(blob)) })));
      views.insert([{ blob: 1_000_000, summary: summary('far away') }]);
    });
    expect(counts().packs > 0).toBe(count > 1);
    expect([...read([0, 1, 2, 3])]).toEqual(texts.map((text, i) => [i, summary(text)]));
    expect([...read([2, 999, 1_000_000])]).toEqual([
      [2, summary(octets)],
      [1_000_000, summary('far away')],
    ]);
    expect([...read([3, 1_000_000], ['body', 'envelope'])]).toEqual([
      [3, { body: '', envelope: `(${texts[3]})` }],
      [1_000_000, { body: '', envelope: '(far away)' }],
    ]);
  });

  it('packs neighbours when there are enough of them, whatever the order they come in', () => {
    const blobs = upTo(storeLimits.summariesToPack - 1, 1000).reverse();
    for (const blob of blobs) insert([blob]);
    expect(counts()).toEqual({ rows: blobs.length, packs: 0 });
    insert([1200]);
    expect(counts()).toEqual({ rows: blobs.length + 1, packs: 0 });
    // The pack of blob 1000 begins at 896 and ends before 1024.
    const pack = upTo(storeLimits.summariesToPack - 1, 900);
    for (const blob of pack) insert([blob]);
    insert([890]);
    const all = [890, ...pack, ...blobs.toReversed(), 1200];
    expect(counts().packs).toBeGreaterThan(0);
    expect([...read(all).keys()]).toEqual(all);
    for (const [blob, one] of read(all)) expect(one).toEqual(summary(`text of ${blob}`));
  });

  it('keeps a monstrous summary out of the packs, so that its neighbours stay quick', () => {
    const large = 'x'.repeat(storeLimits.packedSummary);
    insert(upTo(128, 0), (blob) => (blob === 7 ? large : 'small'));
    expect(counts()).toEqual({ rows: 1, packs: 1 });
    expect([...read([6, 7, 8], ['envelope'])]).toEqual([
      [6, { envelope: '(small)' }],
      [7, { envelope: `(${large})` }],
      [8, { envelope: '(small)' }],
    ]);
  });

  it('tells what is missing, and forgets what it is told to, packed or not', () => {
    insert(upTo(200));
    insert([1000]);
    write((views) => {
      views.delete([2, 100, 1000, 5000]);
      expect([...views.missing([1, 2, 3, 100, 150, 250, 1000])]).toEqual([2, 100, 250, 1000]);
    });
    expect([...read([1, 2, 3, 100, 101, 1000]).keys()]).toEqual([1, 3, 101]);
    write((views) => views.delete(upTo(200)));
    expect(counts()).toEqual({ rows: 0, packs: 0 });
  });

  it('does not go on telling from memory what has changed in the file', () => {
    insert(upTo(128, 0));
    const views = ViewsDatabase.forReading(folder.path, new PackCache(1_000_000))!;
    const envelopes = (blobs: number[]) => {
      const found: string[] = [];
      views.read(blobs, ['envelope'], (_, { envelope }) => found.push(envelope));
      return found;
    };
    expect(envelopes([126, 127, 128])).toEqual(['(text of 126)', '(text of 127)']);
    insert(upTo(128, 128));
    expect(envelopes([126, 127, 128])).toEqual(['(text of 126)', '(text of 127)', '(text of 128)']);
    write((other) => other.delete([127]));
    expect(envelopes([126, 127, 128])).toEqual(['(text of 126)', '(text of 128)']);
    views.close();
  });

  it('answers the same however little memory it has to remember packs', () => {
    insert(upTo(1_000));
    const packs = new PackCache(3_000);
    const views = ViewsDatabase.forReading(folder.path, packs)!;
    for (let round = 0; round < 3; round++) {
      const found: number[] = [];
      views.read(upTo(1_000), ['envelope', 'body'], (index) => found.push(index + 1));
      expect(found).toEqual(upTo(1_000));
    }
    expect(packs.octets).toBeLessThanOrEqual(3_000);
    expect(packs.octets).toBeGreaterThan(0);
    views.close();
    expect(packs.octets).toBe(0);
  });

  it('is made anew when it is broken or of another version: nothing in it is worth a failure', () => {
    expect(ViewsDatabase.forReading(folder.path)).toBeUndefined();
    writeFileSync(viewsPath(folder.path), 'no database at all, but long enough to look at'.repeat(100));
    expect(ViewsDatabase.forReading(folder.path)).toBeUndefined();
    const views = ViewsDatabase.forWriting(folder.path);
    views.insert([{ blob: 1, summary: summary('x') }]);
    views.close();
    expect(read([1]).size).toBe(1);
  });
});
