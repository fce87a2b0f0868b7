import { describe, expect, it } from 'vitest';
import type { Found } from './archive.ts';
import { readMbox } from './mbox-reader.ts';

async function all(source: AsyncIterable<Found>): Promise<Found[]> {
  const list: Found[] = [];
  for await (const found of source) list.push(found);
  return list;
}

const limit = 1_000_000;

async function read(text: string, options: { limit?: number; blockSize?: number } = {}): Promise<Found[]> {
  const file = Buffer.from(text, 'latin1');
  const size = options.blockSize ?? file.length;
  const blocks: Buffer[] = [];
  for (let at = 0; at < file.length; at += size) blocks.push(file.subarray(at, at + size));
  return all(readMbox(blocks, options.limit ?? limit));
}

/** Text of messages, reasons of broken ones. */
function told(found: readonly Found[]): string[] {
  return found.map((one) => (one.kind === 'message' ? Buffer.from(one.message.bytes).toString('latin1') : one.reason));
}

const dated = 'From a@example.org Thu Aug 22 11:26:25 2002';

describe('reading mbox', () => {
  it('keeps the bytes of CRLF messages, less the one empty line between them', async () => {
    const file = `${dated}\r\nSubject: one\r\n\r\nbody\r\n\r\n\r\n${dated}\r\nSubject: two\r\n\r\n8-bit \xe4\r\n`;
    expect(told(await read(file))).toEqual(['Subject: one\r\n\r\nbody\r\n\r\n', 'Subject: two\r\n\r\n8-bit \xe4\r\n']);
  });

  it.each([1, 2, 100])(
    'takes no byte order mark for text before the first message, in pieces of %i',
    async (blockSize) => {
      const file = `\xef\xbb\xbf${dated}\r\nSubject: one\r\n\r\n\r\n${dated}\r\nSubject: two\r\n\r\n`;
      const found = await read(file, { blockSize });
      expect(told(found)).toEqual(['Subject: one\r\n\r\n', 'Subject: two\r\n']);
      expect(found[0]?.where).toBe('message 1 (octet 3)');
    },
  );

  it('gives LF messages the CRLF that IMAP needs, and says so', async () => {
    const [found] = await read(`${dated}\nSubject: one\n\nbody\n\n`);
    expect(told([found!])).toEqual(['Subject: one\r\n\r\nbody\r\n']);
    expect(found).toMatchObject({ lineEndsChanged: true });
  });

  it('leaves messages with both line ends, and LF messages in a CRLF file, as they are', async () => {
    const mixed = `${dated}\nSubject: one\n\nbody\r\n\n`;
    const lfInCrlf = `${dated}\r\nSubject: two\n\nbody\n\r\n`;
    const found = await read(mixed + lfInCrlf);
    expect(told(found)).toEqual(['Subject: one\n\nbody\r\n', 'Subject: two\n\nbody\n']);
    expect(found.map((one) => one.kind === 'message' && one.lineEndsChanged)).toEqual([false, false]);
  });

  it('takes one > from quoted From lines of any depth and none from other lines', async () => {
    const file = `${dated}\r\nSubject: one\r\n\r\n>From me\r\n>>From you\r\n> From them\r\na >From b\r\n\r\n`;
    expect(told(await read(file))).toEqual([
      'Subject: one\r\n\r\nFrom me\r\n>From you\r\n> From them\r\na >From b\r\n',
    ]);
  });

  it('does not cut a message at a body line that begins with From', async () => {
    const body =
      'From here on it is text.\n\nFrom 10:30 we meet\nAgenda: none\n\nFrom him:\nNote: call\nFrom a@b\nX: y\n';
    expect(await read(`${dated}\nSubject: one\n\n${body}\n`)).toHaveLength(1);
  });

  it('finds messages behind From lines without date, and behind dated ones without an empty line', async () => {
    const file = `From \nSubject: one\n\nbody\n\nFrom \nSubject: two\n\nbody\n${dated}\nSubject: three\n\nbody\n`;
    expect(told(await read(file))).toEqual([
      'Subject: one\r\n\r\nbody\r\n',
      'Subject: two\r\n\r\nbody\r\n',
      'Subject: three\r\n\r\nbody\r\n',
    ]);
  });

  it('cuts at a dated From line even when what follows is no message, so that it is reported instead of swallowed', async () => {
    const file = `${dated}\nSubject: one\n\nbody\n\n${dated}\nno header here\n\n${dated}\nSubject: three\n\n\n`;
    expect(told(await read(file))).toEqual([
      'Subject: one\r\n\r\nbody\r\n',
      'it has no header line',
      'Subject: three\r\n\r\n',
    ]);
  });

  it('does not believe Content-Length, which other software leaves wrong', async () => {
    const file = `${dated}\nSubject: one\nContent-Length: 100000\n\nbody\n\n${dated}\nSubject: two\n\n\n`;
    expect(await read(file)).toHaveLength(2);
  });

  it.each([
    ['a NUL', `${dated}\nSubject: one\n\na\0b\n\n`, 'it holds a NUL'],
    ['nothing', `${dated}\n\n`, 'it is empty'],
    ['text before the first From line', `hello\n\n`, 'no "From " line stands before it'],
    [
      'more octets than allowed',
      `${dated}\nSubject: one\n\n${'x'.repeat(200)}\n\n`,
      'it has 218 octets, the largest message may have 100',
    ],
  ])('lists a message with %s as broken, with its place, and goes on', async (_what, broken, reason) => {
    const found = await read(`${broken}${dated}\nSubject: next\n\n\n`, { limit: 100 });
    expect(told(found)).toEqual([reason, 'Subject: next\r\n\r\n']);
    expect(found[0]).toMatchObject({ kind: 'broken', where: 'message 1 (octet 0)' });
    expect(found[1]).toMatchObject({ where: `message 2 (octet ${broken.length})` });
  });

  it('gives up a message far beyond the limit without holding it, and reads the next', async () => {
    const file = `${dated}\nSubject: one\n\n${'x'.repeat(3_000_000)}\n\n${dated}\nSubject: two\n\n\n`;
    const found = await read(file, { limit: 1_000, blockSize: 65_536 });
    expect(told(found)).toEqual(['it has 3000016 octets, the largest message may have 1000', 'Subject: two\r\n\r\n']);
  });

  it('reads the date of every kind of From line', async () => {
    const lines = [
      'From a@example.org Thu Aug 22 11:26:25 2002',
      'From - Thu Aug  1 01:02:03 2002',
      'From 1234@xxx Thu Aug 22 11:26:25 +0200 2002',
      'From a Thu Aug 22 11:26 2002 -0330',
      'From a Thu Aug 22 11:26:25 EST 2002',
      'From a@example.org Thu, 22 Aug 2002 11:26:25 -0700 (PDT)',
      'From ',
      'From a Thu Feb 31 11:26:25 2002',
    ];
    const found = await read(lines.map((line) => `${line}\nSubject: x\n\n\n`).join(''));
    expect(found.map((one) => one.kind === 'message' && one.message.internalDate)).toEqual([
      { time: Date.UTC(2002, 7, 22, 11, 26, 25), zone: 0 },
      { time: Date.UTC(2002, 7, 1, 1, 2, 3), zone: 0 },
      { time: Date.UTC(2002, 7, 22, 9, 26, 25), zone: 120 },
      { time: Date.UTC(2002, 7, 22, 14, 56, 0), zone: -210 },
      { time: Date.UTC(2002, 7, 22, 16, 26, 25), zone: -300 },
      { time: Date.UTC(2002, 7, 22, 18, 26, 25), zone: -420 },
      undefined,
      undefined,
    ]);
  });

  it('reads flags from Status, X-Status, X-Keywords and what Thunderbird writes, and leaves the header alone', async () => {
    const header = 'Status: RO\nX-Status: AFDT\nX-Keywords: $Work\n late (no)\nX-Mozilla-Status: 1003\n';
    const [found] = await read(`${dated}\n${header}\nbody\n\n`);
    expect(found).toMatchObject({
      message: { flags: ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '$Forwarded', '$Work', 'late'] },
    });
    expect(told([found!])[0]).toContain('X-Status: AFDT');
  });

  it('leaves out what Thunderbird has deleted and not yet removed from the file, and says so', async () => {
    const entry = (status: string) => `${dated}\nSubject: a\nX-Mozilla-Status: ${status}\n\nbody\n\n`;
    const found = await read(entry('0009') + entry('0003'));
    expect(found).toMatchObject([
      { kind: 'broken', reason: expect.stringContaining('it was deleted there') },
      { kind: 'message', message: { flags: ['\\Seen', '\\Answered'] } },
    ]);
  });

  it.each([
    ['Inbox,Unread,Starred', ['\\Flagged'], { use: '\\Inbox' }],
    ['Important,Opened,Work/2019', ['\\Seen'], { label: 'Work/2019' }],
    ['=?UTF-8?Q?Posteingang,Ungelesen,Kategorie_=E2=80=9EWerbung=E2=80=9C?=', [], { use: '\\Inbox' }],
    ['=?UTF-8?Q?Bo=C3=AEte_de_r=C3=A9ception,Non_lus,Suivis?=', ['\\Flagged'], { use: '\\Inbox' }],
    ['=?UTF-8?B?5Y+X5L+h44OI44Os44KkLOacquiqrQ==?=', [], { use: '\\Inbox' }],
    ['=?UTF-8?Q?Gesendet,Projekt_=C3=9Cbersicht?=', ['\\Seen'], { use: '\\Sent' }],
    ['Archived', ['\\Seen'], { use: '\\Archive' }],
    ['Borradores', ['\\Seen', '\\Draft'], { use: '\\Drafts' }],
    ['Papierkorb,Posteingang', ['\\Seen'], { use: '\\Trash' }],
  ])(
    'reads what Google Takeout says instead of flags and folders, in the language of the account: %s',
    async (labels, flags, place) => {
      const [found] = await read(`${dated}\nSubject: a\nX-Gmail-Labels: ${labels}\n\nbody\n\n`);
      expect(found).toMatchObject({ message: { flags }, place });
    },
  );

  it('takes no flags from a Status field that means something else, nor from the body', async () => {
    const [found] = await read(`${dated}\nStatus: 5.1.1\nX-Mozilla-Status: read\n\nStatus: RO\n\n`);
    expect(found).toMatchObject({ message: { flags: [] } });
  });

  it('finds nothing in an empty file', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('\n\n')).toEqual([]);
  });
});
