import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../base/errors.ts';
import type { ArchiveFormat, Found } from './archive.ts';
import { createArchive, guessFormat } from './create-archive.ts';
import { createMaildir } from './maildir-writer.ts';
import { openArchive } from './open-archive.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-formats-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function all(source: AsyncIterable<Found>): Promise<Found[]> {
  const list: Found[] = [];
  for await (const found of source) list.push(found);
  return list;
}

const moment = Date.UTC(2005, 4, 6, 7, 8, 9);

/** Makes files with a known date; names with `/` go into folders. */
async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text, 'latin1');
    await utimes(path, moment / 1000, moment / 1000);
  }
}

async function read(path = folder, limit = 10_000): Promise<Found[]> {
  return all((await openArchive(path)).read(limit));
}

function summary(found: readonly Found[]): object[] {
  return found.map((one) =>
    one.kind === 'broken'
      ? { where: one.where, reason: one.reason }
      : { where: one.where, text: Buffer.from(one.message.bytes).toString('latin1'), flags: one.message.flags },
  );
}

describe('reading a Maildir', () => {
  it('takes new and cur in delivery order, with flags, keywords and the earlier date of name and file', async () => {
    await put({
      'cur/1000000002.b.host:2,FRST': 'Subject: b\r\n\r\n',
      'cur/1000000003.c.host;2,DPab': 'Subject: c\r\n\r\n',
      'new/1000000001.a.host': 'Subject: a\r\n\r\n',
      'cur/1704099600.M1P2.host,S=14:2,S': 'Subject: d\r\n\r\n',
      'tmp/1000000000.unfinished': 'Subject: never\r\n\r\n',
      '.Sent/cur/1000000000.x:2,S': 'Subject: other folder\r\n\r\n',
      'dovecot-keywords': '0 $Work\n1 late\n',
    });
    const found = await read();
    expect(summary(found)).toEqual([
      { where: 'new/1000000001.a.host', text: 'Subject: a\r\n\r\n', flags: [] },
      {
        where: 'cur/1000000002.b.host:2,FRST',
        text: 'Subject: b\r\n\r\n',
        flags: ['\\Flagged', '\\Answered', '\\Seen', '\\Deleted'],
      },
      {
        where: 'cur/1000000003.c.host;2,DPab',
        text: 'Subject: c\r\n\r\n',
        flags: ['\\Draft', '$Forwarded', '$Work', 'late'],
      },
      { where: 'cur/1704099600.M1P2.host,S=14:2,S', text: 'Subject: d\r\n\r\n', flags: ['\\Seen'] },
    ]);
    // What was copied without its dates has today's; what a program put there with a date has the day of that in its name.
    expect(found[0]).toMatchObject({ message: { internalDate: { time: 1_000_000_001_000, zone: 0 } } });
    expect(found[3]).toMatchObject({ message: { internalDate: { time: moment, zone: 0 } } });
  });

  it('gives LF files CRLF, unless the name says that the file is the message to the octet', async () => {
    await put({ 'cur/1.a,S=12,W=14:2,': 'Subject: a\n\n', 'cur/2.b,S=12,W=12:2,': 'Subject: b\n\n' });
    expect(summary(await read())).toMatchObject([{ text: 'Subject: a\r\n\r\n' }, { text: 'Subject: b\n\n' }]);
  });

  it('lists files that are no messages and goes on', async () => {
    await put({
      'cur/1.empty:2,': '',
      'cur/2.large:2,': `Subject: x\r\n\r\n${'x'.repeat(500)}`,
      'cur/3.text:2,': 'no header\r\n',
      'cur/4.good:2,': 'Subject: a\r\n\r\n',
    });
    expect(summary(await read(folder, 100))).toEqual([
      { where: 'cur/1.empty:2,', reason: 'it is empty' },
      { where: 'cur/2.large:2,', reason: 'it has 514 octets, the largest message may have 100' },
      { where: 'cur/3.text:2,', reason: 'it has no header line' },
      { where: 'cur/4.good:2,', text: 'Subject: a\r\n\r\n', flags: [] },
    ]);
  });
});

describe('writing a Maildir', () => {
  it('uses ; where a name may hold no colon', async () => {
    const writer = await createMaildir(join(folder, 'out'), 'win32');
    await writer.write({
      bytes: Buffer.from('Subject: a\r\n\r\n'),
      flags: ['\\Seen'],
      internalDate: { time: 0, zone: 0 },
    });
    await writer.finish();
    expect(await readdir(join(folder, 'out', 'cur'))).toEqual([expect.stringMatching(/;2,S$/)]);
  });
});

describe('reading .eml files', () => {
  it('takes those of a folder in natural order and nothing else', async () => {
    await put({
      '10.eml': 'Subject: ten\r\n\r\n',
      '9.EML': 'Subject: nine\n\n',
      'notes.txt': 'Subject: no\r\n\r\n',
      '._9.EML': 'Subject: attributes\r\n\r\n',
      'below/1.eml': 'Subject: deeper\r\n\r\n',
    });
    expect(summary(await read())).toMatchObject([{ text: 'Subject: nine\r\n\r\n' }, { text: 'Subject: ten\r\n\r\n' }]);
  });

  it.each([
    [
      'Received, the topmost',
      'Received: from a by b\r\n\tfor <c>; Thu, 22 Aug 2002 12:36:16 +0100 (IST)\r\nReceived: x; 1 Jan 2001 00:00:00 GMT\r\nDate: 2 Jan 2001 00:00:00 GMT',
      { time: Date.UTC(2002, 7, 22, 11, 36, 16), zone: 60 },
    ],
    ['Date without Received', 'Date: 2 Jan 01 03:04 EST', { time: Date.UTC(2001, 0, 2, 8, 4), zone: -300 }],
    [
      'Date when Received has none',
      'Received: by b\r\nDate: Tue, 2 Jan 2001 00:00:00 GMT',
      { time: Date.UTC(2001, 0, 2), zone: 0 },
    ],
    ['the file when the header has no date', 'Date: yesterday', { time: moment, zone: 0 }],
  ])('takes the date from %s', async (_source, header, internalDate) => {
    await put({ 'one.eml': `${header}\r\n\r\n` });
    expect(await read(join(folder, 'one.eml'))).toMatchObject([{ message: { internalDate } }]);
  });
});

describe('reading what Apple Mail keeps', () => {
  const emlx = (text: string, flags: number, more = '') =>
    `${text.length}        \n${text}<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "x">\n<plist version="1.0"><dict>
      <key>date-received</key>\n<integer>1704099600</integer>\n<key>flags</key>\n<integer>${flags}</integer>${more}\n</dict></plist>\n`;
  const text = 'Subject: a\n\nbody\n';

  it('gives the message alone, with flags and date, whatever the file is called; deleted and half ones are named', async () => {
    await put({
      '1.emlx': emlx(text, 1 + 4 + 16 + 256 + 8_590_000_128),
      '2.eml': emlx(text, 0),
      '3.emlx': emlx(text, 3),
      '4.partial.emlx': emlx(text, 1),
      '5.emlx': `99999\n${text}`,
      '6.eml': 'Subject: plain\r\n\r\n12\n',
    });
    const found = await read();
    expect(summary(found)).toEqual([
      {
        where: '1.emlx',
        text: 'Subject: a\r\n\r\nbody\r\n',
        flags: ['\\Seen', '\\Answered', '\\Flagged', '$Forwarded'],
      },
      { where: '2.eml', text: 'Subject: a\r\n\r\nbody\r\n', flags: [] },
      { where: '3.emlx', reason: expect.stringContaining('it was deleted there') },
      { where: '4.partial.emlx', reason: expect.stringContaining('only a part of it') },
      { where: '5.emlx', text: expect.stringContaining('99999'), flags: [] },
      { where: '6.eml', text: 'Subject: plain\r\n\r\n12\n', flags: [] },
    ]);
    expect(found[0]).toMatchObject({ message: { internalDate: { time: 1_704_099_600_000, zone: 0 } } });
  });

  it('opens its folders: exported ones, and its own some levels down, without the mailboxes below', async () => {
    await put({
      'Out.mbox/mbox': 'From a@example.org Thu Aug 22 11:26:25 2002\nSubject: exported\n\n',
      'Out.mbox/table_of_contents': 'x',
      'In.mbox/7B4C/Data/Messages/2.emlx': emlx(text, 1),
      'In.mbox/7B4C/Data/1/Messages/1001.emlx': emlx(text, 0),
      'In.mbox/Below.mbox/7B4C/Data/Messages/3.emlx': emlx(text, 0),
    });
    expect(await read(join(folder, 'Out.mbox'))).toMatchObject([{ kind: 'message' }]);
    expect(summary(await read(join(folder, 'In.mbox')))).toMatchObject([{ where: '2.emlx' }, { where: '1001.emlx' }]);
  });
});

describe('telling formats apart', () => {
  it('names what is missing instead of importing nothing', async () => {
    await put({ 'notes.txt': 'hello' });
    await expect(read()).rejects.toThrow(UserError);
    await expect(read(join(folder, 'nowhere'))).rejects.toThrow(/there is no such file/);
  });

  it('says what to do with a file of Outlook, instead of leaving it out as one broken message', async () => {
    await put({ 'mail.pst': `!BDN${'\0'.repeat(200)}` });
    const opening = openArchive(join(folder, 'mail.pst'));
    await expect(opening).rejects.toThrow(UserError);
    await expect(opening).rejects.toThrow(/inside Outlook/);
  });

  it('knows an mbox by how it begins, an empty one too', async () => {
    await put({ a: 'From a Thu Aug 22 11:26:25 2002\nSubject: a\n\n', b: '', c: 'Subject: From\r\n\r\n' });
    const formats = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => (await openArchive(join(folder, name))).format),
    );
    expect(formats).toEqual(['mbox', 'mbox', 'eml']);
  });

  it.each([
    ['out.mbox', 'mbox'],
    ['/tmp/Maildir/', 'maildir'],
    ['old-maildir', 'maildir'],
    ['mails.eml', 'eml'],
    ['out/eml/', 'eml'],
    ['out', undefined],
  ])('guesses the format of %s as %s', (path, format) => {
    expect(guessFormat(path)).toBe(format);
  });
});

describe('writing beside what is there', () => {
  it.each(['mbox', 'maildir', 'eml'] as readonly ArchiveFormat[])('never overwrites with %s', async (format) => {
    await put({ file: 'precious', 'full/file': 'precious', 'half.part': 'precious' });
    await expect(createArchive(join(folder, 'file'), format)).rejects.toThrow(/not overwritten/);
    await expect(createArchive(join(folder, 'full'), format)).rejects.toThrow(UserError);
    if (format === 'mbox') await expect(createArchive(join(folder, 'half'), format)).rejects.toThrow(UserError);
    expect(await readFile(join(folder, 'full/file'), 'utf8')).toBe('precious');
  });

  it('leaves no file that looks whole when an mbox is abandoned', async () => {
    const writer = await createArchive(join(folder, 'out.mbox'), 'mbox');
    await writer.write({ bytes: Buffer.from('Subject: a\r\n\r\n'), flags: [], internalDate: { time: 0, zone: 0 } });
    expect(await readdir(folder)).toEqual(['out.mbox.part']);
    await writer.abandon();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a folder of .eml files', () => {
  // A password file has lines with colons, too.
  it('gives what is mail, whatever editors put before it, and names what is none', async () => {
    await put({
      '1.eml': 'root:x:0:0:root:/root:/bin/sh\r\n',
      '2.eml': '\xef\xbb\xbfSubject: marked\r\n\r\n',
      '3.eml': 'Name: value\r\nX-Odd: but mail\r\n\r\n',
    });
    expect(summary(await read())).toEqual([
      { where: '1.eml', reason: 'it is no mail: it has no Subject, no From and no other field of mail' },
      { where: '2.eml', text: '\xef\xbb\xbfSubject: marked\r\n\r\n', flags: [] },
      { where: '3.eml', text: 'Name: value\r\nX-Odd: but mail\r\n\r\n', flags: [] },
    ]);
  });
});
