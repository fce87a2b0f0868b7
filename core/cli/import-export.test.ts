import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openArchive } from '../formats/open-archive.ts';
import { CommandLine } from './testing.ts';

let mailroom: CommandLine;
beforeEach(async () => {
  mailroom = await CommandLine.make();
  await mailroom.must(['user', 'add', 'karen', '--password-stdin'], 'a good secret');
});
afterEach(() => mailroom.remove());

const fromLine = 'From a@example.org Thu Aug 22 11:26:25 2002';

/** An mbox file with a message for each text. */
async function putMbox(name: string, messages: readonly string[], end = '\r\n'): Promise<string> {
  const path = mailroom.path(name);
  const entries = messages.map((message) => `${fromLine}${end}${message}${end}`);
  await writeFile(path, entries.join(''), 'latin1');
  return path;
}

/** Everything of a mailbox as an mbox export has it. */
async function contentOf(mailbox: string, user = 'karen'): Promise<object[]> {
  const path = mailroom.path(`look-${Math.random()}.mbox`);
  await mailroom.must(['export', user, mailbox, path]);
  const messages: object[] = [];
  for await (const found of (await openArchive(path)).read(10_000_000)) {
    if (found.kind === 'broken') throw new Error(`${found.where}: ${found.reason}`);
    const { bytes, flags, internalDate } = found.message;
    messages.push({ text: Buffer.from(bytes).toString('latin1'), flags: [...flags].sort(), date: internalDate });
  }
  return messages;
}

describe('importing', () => {
  it('keeps bytes, dates, flags and order, and makes the mailbox with the levels above', async () => {
    const file = await putMbox('a.mbox', [
      'Status: RO\r\nX-Status: F\r\nX-Keywords: $Work\r\n\r\n8-bit \xe4\xff, bare \r and \n\r\n',
      'Subject: two\r\n\r\n>From here\r\n',
    ]);
    expect(await mailroom.must(['import', 'karen', 'Old/2002', file])).toBe(
      'imported 2, skipped duplicates 0, broken 0\n',
    );
    const date = { time: Date.UTC(2002, 7, 22, 11, 26, 25), zone: 0 };
    expect(await contentOf('Old/2002')).toEqual([
      {
        text: 'Status: RO\r\nX-Status: F\r\nX-Keywords: $Work\r\n\r\n8-bit \xe4\xff, bare \r and \n\r\n',
        flags: ['$Work', '\\Flagged', '\\Seen'],
        date,
      },
      { text: 'Subject: two\r\n\r\nFrom here\r\n', flags: [], date },
    ]);
  });

  it('takes several archives of different kinds in one go', async () => {
    const mbox = await putMbox('a.mbox', ['Subject: a\r\n\r\n']);
    await mkdir(mailroom.path('Maildir/cur'), { recursive: true });
    await writeFile(mailroom.path('Maildir/cur/1.x'), 'Subject: b\r\n\r\n');
    await mkdir(mailroom.path('letters'));
    await writeFile(mailroom.path('letters/c.eml'), 'Subject: c\r\n\r\n');
    await writeFile(mailroom.path('d.eml'), 'Subject: d\r\n\r\n');
    const paths = [mbox, mailroom.path('Maildir'), mailroom.path('letters'), mailroom.path('d.eml')];
    expect(await mailroom.must(['import', 'karen', 'inbox', ...paths])).toMatch(/^imported 4,/);
    expect(await contentOf('INBOX')).toMatchObject(
      ['a', 'b', 'c', 'd'].map((name) => ({ text: `Subject: ${name}\r\n\r\n` })),
    );
  });

  it('says how many messages got CRLF', async () => {
    const file = await putMbox('unix.mbox', ['Subject: a\n\nx\n', 'Subject: b\n\nx\r\n'], '\n');
    expect(await mailroom.must(['import', 'karen', 'INBOX', file])).toBe(
      'imported 2 (1 with LF line ends, now CRLF), skipped duplicates 0, broken 0\n',
    );
  });

  it('lists what is broken with its place, imports the rest, and is no failure', async () => {
    const file = await putMbox('a.mbox', [
      'Subject: a\r\n\r\n',
      'no header\r\n',
      'Subject: c\r\n\r\n\0\r\n',
      'Subject: d\r\n\r\n',
    ]);
    const { code, out, err } = await mailroom.run(['import', 'karen', 'INBOX', file]);
    expect({ code, out }).toEqual({ code: 0, out: 'imported 2, skipped duplicates 0, broken 2\n' });
    expect(err).toContain('left out: a.mbox: message 2 (octet 61): it has no header line\n');
    expect(err).toContain('left out: a.mbox: message 3 (octet 119): it holds a NUL\n');
  });

  it('fails when there was nothing but broken messages', async () => {
    await writeFile(mailroom.path('photo.eml'), Buffer.from([0xff, 0xd8, 0, 0, 10]));
    const { code, err } = await mailroom.run(['import', 'karen', 'INBOX', mailroom.path('photo.eml')]);
    expect(code).toBe(1);
    expect(err).toContain('left out: photo.eml');
  });

  it('does not double when it is run again with --skip-duplicates, nor when a file holds a message twice', async () => {
    const file = await putMbox('a.mbox', ['Subject: a\r\n\r\n', 'Subject: b\r\n\r\n', 'Subject: a\r\n\r\n']);
    await mailroom.must(['import', 'karen', 'INBOX', file]);
    expect(await mailroom.must(['import', 'karen', 'INBOX', file, '--skip-duplicates'])).toMatch(
      /^imported 0, skipped duplicates 3/,
    );
    expect(await mailroom.must(['import', 'karen', 'Other', file, '--skip-duplicates'])).toMatch(
      /^imported 2, skipped duplicates 1/,
    );
    expect(await contentOf('INBOX')).toHaveLength(3);
  });

  it('obeys the largest message size that is set', async () => {
    await mailroom.must(['settings', 'set', 'imap4.general.maxMessageSize', '1']);
    const file = await putMbox('a.mbox', [`Subject: a\r\n\r\n${'x'.repeat(1024 * 1024)}\r\n`, 'Subject: b\r\n\r\n']);
    const { out, err } = await mailroom.run(['import', 'karen', 'INBOX', file]);
    expect(out).toMatch(/^imported 1, .*broken 1/);
    expect(err).toContain('the largest message may have 1048576');
  });

  it.each([
    [['olaf', 'INBOX', 'a.mbox'], /no user "olaf".*user list/],
    [['karen', 'INBOX', 'a.mbox', 'missing.mbox'], /missing\.mbox: there is no such file/],
    [['karen', 'a//b', 'a.mbox'], /mailbox name/],
  ])('refuses %j before anything is imported', async (args, told) => {
    await putMbox('a.mbox', ['Subject: a\r\n\r\n']);
    const [user, mailbox, ...files] = args;
    const paths = files.map((name) => mailroom.path(name));
    const { code, err } = await mailroom.run(['import', user!, mailbox!, ...paths]);
    expect(code).toBe(1);
    expect(err).toMatch(told);
    expect(await contentOf('INBOX')).toEqual([]);
  });
});

describe('exporting', () => {
  it('everything and importing it gives another user the same mailboxes, under the names that files cannot have', async () => {
    await mailroom.must(['user', 'add', 'olaf', '--password-stdin'], 'a good secret');
    const file = await putMbox('a.mbox', ['X-Keywords: $Work\r\n\r\n', 'Subject: two\r\n\r\n']);
    await mailroom.must(['import', 'karen', 'a:b/CON', file]);
    await mailroom.must(['export', '--everything', 'karen', mailroom.path('all'), '--format', 'eml']);
    const back = ['import', '--everything', '--skip-duplicates', 'olaf', mailroom.path('all')];
    expect(await mailroom.must(back)).toMatch(/^imported 2,/);
    expect(await contentOf('a:b/CON', 'olaf')).toEqual(await contentOf('a:b/CON'));
    expect(await mailroom.must(back)).toMatch(/^imported 0, skipped duplicates 2,/);
  });

  it.each([
    ['import', '--everything', 'karen'],
    ['import', 'karen', 'INBOX'],
    ['export', '--everything', 'karen'],
    ['export', '--everything', 'karen', 'INBOX', 'out.mbox'],
    ['export', 'karen', 'INBOX'],
  ])('and importing say how they are called, when a name is missing or too many: %s %s %s', async (...args) => {
    expect((await mailroom.run(args)).code).toBe(2);
  });

  it('to a Maildir and importing gives the same mailbox', async () => {
    const file = await putMbox('a.mbox', [
      'Status: RO\r\nX-Status: AFDT\r\n\r\nFrom here\r\n>From there\r\n',
      'Subject: only LF\n\nbody\n',
      `Subject: long\r\n\r\n${'0123456789abcdef\r\n'.repeat(200_000)}`,
      'Subject: no end',
    ]);
    await mailroom.must(['import', 'karen', 'One', file]);
    const target = mailroom.path('out');
    expect(await mailroom.must(['export', 'karen', 'One', target, '--format', 'maildir'])).toBe(
      'exported 4, unreadable 0\n',
    );
    await mailroom.must(['import', 'karen', 'Two', target]);
    expect(await contentOf('Two')).toEqual(await contentOf('One'));
  });

  it('never overwrites, and leaves what is there alone', async () => {
    await writeFile(mailroom.path('full.mbox'), 'precious');
    const { code, err } = await mailroom.run(['export', 'karen', 'INBOX', mailroom.path('full.mbox')]);
    expect(code).toBe(1);
    expect(err).toMatch(/not overwritten/);
    expect(await readFile(mailroom.path('full.mbox'), 'utf8')).toBe('precious');
  });

  it('names the mailboxes there are when it is asked for another, and makes no file', async () => {
    const { code, err } = await mailroom.run(['export', 'karen', 'Sont', mailroom.path('x.mbox')]);
    expect(code).toBe(1);
    expect(err).toMatch(/no mailbox Sont; there are: INBOX, .*Sent/);
    expect(await readdir(mailroom.folder)).toEqual(['data']);
  });
});
