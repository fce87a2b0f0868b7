import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageSummary } from '../../mail/summary.ts';
import { temporaryFolder } from '../testing/test-store.ts';
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

describe('views.db', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const read = (blobs: number[]) => {
    const views = ViewsDatabase.forReading(folder.path)!;
    const found = new Map<number, object>();
    views.read(blobs, ['parts', 'envelope', 'body', 'listedFields'], (blob, one) => found.set(blob, one));
    views.close();
    return found;
  };
  const { bodyStructure: _, ...all } = summary('x');
  const expected = (text: string) => {
    const { bodyStructure, ...rest } = summary(text);
    return { ...all, ...rest };
  };

  it('gives every octet back, NUL and those above 127 included, and keeps messages apart', () => {
    const octets = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
    const texts = ['a', '', octets, 'b'.repeat(10_000)];
    const views = ViewsDatabase.forWriting(folder.path);
    views.insert(texts.map((text, i) => ({ blob: i + 1, summary: summary(text) })));
    views.insert([{ blob: 1_000_000, summary: summary('far away') }]);
    views.close();
    expect([...read([1, 2, 3, 4])]).toEqual(texts.map((text, i) => [i + 1, expected(text)]));
    expect([...read([2, 7, 1_000_000])]).toEqual([
      [2, expected('')],
      [1_000_000, expected('far away')],
    ]);
  });

  it('tells what is missing, and forgets what it is told to', () => {
    const views = ViewsDatabase.forWriting(folder.path);
    views.insert([1, 2, 3].map((blob) => ({ blob, summary: summary('x') })));
    views.delete([2]);
    expect([...views.missing([1, 2, 3, 4])]).toEqual([2, 4]);
    views.close();
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
