import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchLimits } from '../../base/limits.ts';
import { ADDRESS_FIELDS } from '../../mail/search-criteria.ts';
import { into } from '../testing/test-store.ts';
import { tried } from './testing/tried-search.ts';

/** Words that meet in header and body, differ in case and composition, or are longer in UTF-8 than they look. */
const WORDS = [
  'invoice',
  'Invoice',
  'Straße',
  'STRASSE',
  'caf\u00e9',
  'cafe\u0301',
  '日本語',
  'ﬁnance',
  '😀',
  'ab',
  'abcabd',
  'from: bob',
  '\ufffd',
  'x',
];
const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));

const CHARSETS = ['utf-8', 'iso-8859-1', 'utf-16le'] as const;

/** A header value: raw, or one or more encoded words, among them such as hide a line feed. */
const value = fc.oneof(
  text.map((raw) => oneLine(Buffer.from(raw).toString('latin1'))),
  text.map((raw) => oneLine(raw.replace(/[^ -~]/g, '?'))),
  text.map((raw) => `=?utf-8?B?${Buffer.from(raw).toString('base64')}?=`),
  text.map((raw) => `=?utf-8?Q?${quoted(raw)}?= tail`),
  word.map((raw) => `=?utf-8?Q?${quoted(`${raw}\nfrom: bob`)}?=`),
);

const name = fc.constantFrom(
  'From',
  'TO',
  'cc',
  'Bcc',
  'Subject',
  'subject',
  'X-Thing',
  'Message-ID',
  'Date',
  ' odd',
  '',
);
const field = fc.tuple(name, value).map(([key, raw]) => `${key}: ${raw}\r\n`);
const date = fc.integer({ min: 0, max: 30 }).map((day) => `Date: ${day} Jan 2024 23:30:00 -0200\r\n`);
const header = fc
  .tuple(fc.array(fc.oneof({ weight: 6, arbitrary: field }, date), { maxLength: 6 }))
  .map(([all]) => all.join(''));

const html = text.map((raw) => `<p>${raw}</p><b>in</b>voice &amp; &#xD83D;&#65;<style>hidden</style>`);
const content = fc.tuple(
  fc.constantFrom('text/plain', 'text/html'),
  fc.constantFrom(...CHARSETS),
  fc.oneof(text, html),
);

/** A part with its MIME header. */
const part = fc
  .tuple(content, fc.constantFrom('7bit', 'quoted-printable', 'base64'))
  .map(([[type, charset, body], encoding]) => {
    const octets =
      charset === 'iso-8859-1'
        ? Buffer.from(body, 'latin1')
        : Buffer.from(body, charset === 'utf-8' ? 'utf8' : 'utf16le');
    return Buffer.concat([
      Buffer.from(`Content-Type: ${type}; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`),
      encoded(octets, encoding),
    ]);
  });

const multipart = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => {
  const pieces = parts.flatMap((one) => [Buffer.from('\r\n--cut\r\n'), one]);
  return Buffer.concat([
    Buffer.from('Content-Type: multipart/mixed; boundary=cut\r\n\r\n'),
    ...pieces,
    Buffer.from('\r\n--cut--\r\n'),
  ]);
});

/** Mail of all kinds: encoded, broken, empty. */
const anyMessage: fc.Arbitrary<Buffer> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(header, fc.oneof(part, multipart))
      .map(([head, body]) => Buffer.concat([Buffer.from(head, 'latin1'), body])),
  },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 200 }).map((octets) => Buffer.from(octets)) },
);

/** What somebody might look for: words, their pieces, nothing, line feeds, half characters. */
const needle = fc.oneof(
  word,
  fc.tuple(word, fc.nat(3), fc.nat(8)).map(([whole, from, length]) => whole.slice(from, from + length)),
  text,
  fc.constantFrom(
    '',
    '\n',
    'bob',
    'bob\n',
    'voice',
    ': ',
    'invoice\nsubject',
    'in voice',
    'hidden',
    'utf-8',
    'utf-8?',
    '\ud83d',
  ),
);

/** A criterion of any kind. */
const anyCriterion = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), value: needle }),
  fc.record({ kind: fc.constant('body' as const), value: needle }),
  fc.record({ kind: fc.constant('addresses' as const), field: fc.constantFrom(...ADDRESS_FIELDS), value: needle }),
  fc.record({
    kind: fc.constant('header' as const),
    name: fc.constantFrom(
      'from',
      'From',
      'to',
      'CC',
      'bcc',
      'subject',
      'x-thing',
      'message-id',
      'date',
      '',
      'x',
      'a:b',
      'odd',
    ),
    value: needle,
  }),
  fc.record({
    kind: fc.constant('sentDate' as const),
    relation: fc.constantFrom('before' as const, 'on' as const, 'since' as const),
    day: fc.integer({ min: 19_720, max: 19_760 }),
  }),
);

function numbered(mail: Uint8Array, i: number): Buffer {
  return Buffer.concat([mail, Buffer.from(`\r\n${i} ${i % 97}`)]);
}

function oneLine(raw: string): string {
  return raw.replace(/[\r\n]/g, ' ');
}

function quoted(raw: string): string {
  return [...Buffer.from(raw)].map((octet) => `=${octet.toString(16).padStart(2, '0').toUpperCase()}`).join('');
}

function encoded(octets: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(octets.toString('base64'));
  if (encoding === '7bit') return octets;
  return Buffer.from([...octets].map((octet) => `=${octet.toString(16).padStart(2, '0').toUpperCase()}`).join(''));
}

/** More than are scanned without asking the index. */
const messages = fc.array(anyMessage, { minLength: 18, maxLength: 40 });
const criteria = fc.array(anyCriterion, { minLength: 10, maxLength: 20 });

/** For long runs: SEARCH_RUNS=10 tries ten times as much. */
const times = Number(process.env['SEARCH_RUNS'] ?? 1);

describe('a search through the index', () => {
  it('finds what a look into every message finds, whatever part of them is indexed or summarised', async () => {
    await fc.assert(
      fc.asyncProperty(messages, criteria, fc.nat(40), (mail, asked, some) =>
        tried(async (store) => {
          await store.append(mail);
          expect(await store.wrong(asked.slice(0, 3))).toEqual([]);
          store.summarise(store.inbox.state.columns.blob[0]! + 40 - some);
          await store.index(store.inbox.state.columns.blob[0]! + some);
          expect(await store.wrong(asked.slice(3, 6), 'scanned, too')).toEqual([]);
          await store.index();
          expect(await store.wrong(asked)).toEqual([]);
        }),
      ),
      { numRuns: 15 * times },
    );
  });

  it('does so over many small deliveries, reopening, copies, expunges and compaction', async () => {
    await fc.assert(
      fc.asyncProperty(messages, criteria, fc.infiniteStream(fc.nat(3)), (mail, asked, choices) =>
        tried(async (store) => {
          for (const [i, bytes] of mail.entries()) {
            await store.append([bytes]);
            const choice = choices.next().value;
            if (choice === 1) await store.index();
            if (choice === 2 && i % 7 === 0) {
              await store.close();
              await store.open();
            }
            if (choice === 3) await store.inbox.copy([1 + (i >> 1)], into('INBOX'));
          }
          expect(await store.wrong(asked.slice(0, 4))).toEqual([]);
          const gone = Array.from(store.inbox.state.columns.uid.subarray(0, store.inbox.state.count)).filter(
            (uid) => uid % 3 > 0,
          );
          await store.inbox.storeFlags(gone, { mode: 'add', flags: ['\\Deleted'] });
          await store.inbox.expunge(gone);
          await store.compact();
          await store.append(mail.slice(0, 20));
          store.summarise(Number.POSITIVE_INFINITY);
          await store.index(undefined, true);
          expect(await store.wrong(asked, 'scanned, too')).toEqual([]);
        }),
      ),
      { numRuns: 8 * times },
    );
  });

  it('never takes what a broken disk made of the index for an answer, and makes it anew', async () => {
    let rebuilt = 0;
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      octets: fc.uint8Array({ minLength: 1, maxLength: 600 }),
    });
    await fc.assert(
      fc.asyncProperty(
        messages,
        criteria,
        fc.array(damage, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (mail, asked, damages, cut) =>
          tried(async (store) => {
            await store.append(mail);
            await store.index();
            await store.close();
            const path = join(store.accountFolder, 'search.db');
            const file = readFileSync(path);
            for (const { at, octets } of damages)
              file.set(
                octets.subarray(0, file.length - Math.floor(at * (file.length - 1))),
                Math.floor(at * (file.length - 1)),
              );
            writeFileSync(path, cut ? file.subarray(0, Math.floor(damages[0]!.at * file.length)) : file);
            await store.open();
            expect(await store.wrong(asked)).toEqual([]);
            rebuilt += (await store.unknown()) > 0 ? 1 : 0;
            await store.index();
            expect(await store.wrong(asked)).toEqual([]);
          }),
      ),
      { numRuns: 15 * times },
    );
    expect(rebuilt).toBeGreaterThan(5);
  });

  it('finds so many messages that their signatures lie slice by slice', async () => {
    await fc.assert(
      fc.asyncProperty(messages, criteria, (mail, asked) =>
        tried(async (store) => {
          const enough = searchLimits.blockMessages * (searchLimits.chunkBlocks + 3);
          await store.append(Array.from({ length: enough }, (_, i) => numbered(mail[i % mail.length]!, i)));
          await store.index();
          expect(
            await store.wrong([...asked, { kind: 'text', value: '1 0' }, { kind: 'text', value: '1077 10' }]),
          ).toEqual([]);
        }),
      ),
      { numRuns: 4 * times },
    );
  });
});
