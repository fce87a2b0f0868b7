import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InternalDate } from '../mail/ports.ts';
import type { ArchivedMessage, ArchiveFormat, Found } from './archive.ts';
import { createArchive } from './create-archive.ts';
import { readMbox } from './mbox-reader.ts';
import { mboxEntry } from './mbox-writer.ts';
import { openArchive } from './open-archive.ts';

/** Messages made of what could be taken for something else: separators, quotes, flags, our own marks, odd line ends. */
const line = fc.oneof(
  fc.constantFrom(
    '',
    'From ',
    'From a@example.org Thu Aug 22 11:26:25 2002',
    '>From quoted',
    '>>From twice',
    'Status: RO',
    'X-Status: F',
    'X-Keywords: a b',
    'X-Mozilla-Status: 0001',
    'X-Mailroom-Export: zone=+0000; added=Status; last-line=open',
    'Content-Length: 3',
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
  fc.uint8Array({ min: 1, maxLength: 20 }).map((octets) => Buffer.from(octets).toString('latin1')),
);
const lineEnd = fc.constantFrom('\r\n', '\r\n', '\n', '\r', '');
const bytes = fc
  .tuple(fc.constantFrom('Subject: x\r\n', 'Subject: x\n', ''), fc.array(fc.tuple(line, lineEnd), { maxLength: 12 }))
  .map(([first, lines]) => Buffer.from(`${first}${lines.flat().join('')}`, 'latin1'))
  .filter(({ length }) => length > 0);

const systemFlags = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '$Forwarded'];
/** Dates that a file can have: Maildir keeps them there. */
const time = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000);
const zone = fc.integer({ min: -12 * 60, max: 14 * 60 });
type Dated = ArchivedMessage & { readonly internalDate: InternalDate };

function messages(flags: readonly string[], zones: fc.Arbitrary<number>): fc.Arbitrary<Dated[]> {
  const message = fc.record({
    bytes,
    flags: fc.subarray([...flags]),
    internalDate: fc.record({ time, zone: zones }),
  });
  return fc.array(message, { minLength: 1, maxLength: 6 });
}

function comparable(message: ArchivedMessage): object {
  return {
    text: Buffer.from(message.bytes).toString('latin1'),
    flags: [...message.flags].sort(),
    date: message.internalDate,
  };
}

function readBack(found: readonly Found[]): object[] {
  return found.map((one) => (one.kind === 'message' ? comparable(one.message) : one));
}

async function all(source: AsyncIterable<Found>): Promise<Found[]> {
  const list: Found[] = [];
  for await (const found of source) list.push(found);
  return list;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-formats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let number = 0;
async function throughFiles(format: ArchiveFormat, written: readonly Dated[]): Promise<Found[]> {
  const path = join(folder, `${++number}`);
  const writer = await createArchive(path, format);
  for (const message of written) await writer.write(message);
  await writer.finish();
  return all((await openArchive(path)).read(1_000_000));
}

describe('what was exported comes back the same', () => {
  const keywords = ['$Work', 'a,b', '[odd', 'later'];
  const many = Array.from({ length: 30 }, (_, number) => `k${number}`);

  it.each([
    ['mbox', [...systemFlags, ...keywords], zone],
    ['maildir', [...systemFlags, ...keywords, ...many], zone],
    ['eml', [...systemFlags, ...keywords], zone],
  ] as const)('bytes, dates and flags of %s files', async (format, flags, zones) => {
    await fc.assert(
      fc.asyncProperty(messages(flags, zones), async (written) => {
        expect(readBack(await throughFiles(format, written))).toEqual(written.map(comparable));
      }),
      { numRuns: 40 },
    );
  });

  it('in whatever pieces an mbox file is read, so that no message is lost at the edge of a block', async () => {
    await fc.assert(
      fc.asyncProperty(
        messages([...systemFlags, ...keywords], zone),
        fc.integer({ min: 1, max: 40 }),
        async (written, size) => {
          const file = Buffer.concat(written.map(mboxEntry));
          const blocks = Array.from({ length: Math.ceil(file.length / size) }, (_, i) =>
            file.subarray(i * size, (i + 1) * size),
          );
          expect(readBack(await all(readMbox(blocks, 1_000_000)))).toEqual(written.map(comparable));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('even when the export holds an export, whose marks belong to the message', async () => {
    const date = { time: 1_000_000_000_000, zone: 60 };
    const inner: Dated = { bytes: Buffer.from('Subject: x\r\n\r\n'), flags: ['\\Seen'], internalDate: date };
    const outer: Dated = {
      bytes: mboxEntry(inner).subarray(mboxEntry(inner).indexOf('X-Mailroom')),
      flags: [],
      internalDate: date,
    };
    expect(readBack(await all(readMbox([mboxEntry(outer)], 1_000_000)))).toEqual([comparable(outer)]);
  });
});

describe('reading any mbox file', () => {
  it('gives the same entries for every way of cutting it, and never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 5 }), fc.integer({ min: 1, max: 30 }), async (parts, size) => {
        const file = Buffer.concat(parts);
        const blocks = Array.from({ length: Math.ceil(file.length / size) }, (_, i) =>
          file.subarray(i * size, (i + 1) * size),
        );
        const whole = await all(readMbox([file], 1_000_000));
        expect(await all(readMbox(blocks, 1_000_000))).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });
});
