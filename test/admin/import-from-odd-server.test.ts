import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../core/admin/contract.ts';
import { type AdministeredServer, done, startAdministeredServer } from '../support/admin.ts';
import { type FakeImapServer, startFakeImapServer } from '../support/fake-imap-server.ts';
import { KAREN } from '../support/test-server.ts';

/** Between attempts to connect anew. */
const SOON = vi.hoisted(() => ({ pauses: [5, 10, 20, 40, 80] }));

vi.mock(import('../../core/base/limits.ts'), async (original) => {
  const limits = await original();
  return { ...limits, fetchedMailLimits: { ...limits.fetchedMailLimits, ...SOON } } as unknown as typeof limits;
});

let ours: AdministeredServer;
let old: FakeImapServer;

beforeEach(async () => {
  ours = await startAdministeredServer();
});
afterEach(async () => {
  old.close();
  await ours.stop();
});

/** What it says to the commands whose beginning fits; the first that fits counts. */
type Script = readonly (readonly [Pick<RegExp, 'test'>, readonly (string | Buffer)[], string?])[];

const common: Script = [
  [/^CAPABILITY/, ['* CAPABILITY IMAP4rev1 NAMESPACE SPECIAL-USE']],
  [/^NAMESPACE/, ['* NAMESPACE (("INBOX." ".")) (("user." ".")) NIL']],
  [/^LSUB/, []],
  [/^STATUS "?INBOX"? /, ['* STATUS INBOX (MESSAGES 4)']],
  [/^STATUS "?(\S+?)"? /, ['* STATUS x (MESSAGES 0)']],
];

/** Begins an import from a server that says this. */
async function begun(script: Script): Promise<number> {
  old = await startFakeImapServer((command) => {
    const found = [...script, ...common].find(([begins]) => begins.test(command));
    return found && { lines: found[1], status: found[2] ?? 'OK done' };
  });
  const { job } = await done(
    ours.admin.call('mail.importFromServer', {
      ...{ user: KAREN.name, host: '127.0.0.1', port: old.port, tls: 'none' },
      ...{ userName: 'olaf', password: 'a secret of olaf' },
    }),
  );
  return job;
}

async function ended(id: number): Promise<Job> {
  for (;;) {
    const job = await done(ours.admin.call('jobs.get', { id }));
    if (job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const fetched = async (script: Script) => ended(await begun(script));

async function mailboxes(): Promise<readonly string[]> {
  return done(ours.admin.call('shares.mailboxes', { owner: { kind: 'user', name: KAREN.name } }));
}

const message = (uid: number, text: string) =>
  `* ${uid} FETCH (UID ${uid} BODY[] {${Buffer.byteLength(text)}}\r\n${text})`;
const described = (uid: number, size = 20) =>
  `* ${uid} FETCH (UID ${uid} FLAGS (\\Seen \\Recent) INTERNALDATE "01-Feb-2019 10:00:00 +0100" RFC822.SIZE ${size})`;

describe('another server', () => {
  it('that will not give one message away, or gives none or nonsense, keeps no other from coming', async () => {
    const job = await fetched([
      [/^LIST/, ['* LIST () "." INBOX']],
      [/^(EXAMINE|SELECT)/, ['* 4 EXISTS', '* OK [UIDVALIDITY 1] x', '* OK [UIDNEXT 5] x']],
      [/^UID SEARCH/, ['* SEARCH 1 2 3 4']],
      [/^UID FETCH \S+ .*RFC822\.SIZE/, [1, 2, 3, 4].map((uid) => described(uid))],
      [/^UID FETCH 1 /, [message(1, 'Subject: one\r\n\r\n')]],
      [/^UID FETCH 2 /, [], 'NO the message is damaged'],
      [/^UID FETCH 3 /, []],
      [/^UID FETCH 4 /, [message(4, 'no message at all\r\n')]],
      [/^UID FETCH /, [message(1, 'Subject: one\r\n\r\n')], 'NO one of them is damaged'],
    ]);
    expect(job).toMatchObject({ state: 'done', transferred: 1, leftOut: 3, done: 4, total: 4 });
    expect(job.skipped).toEqual([
      { what: 'INBOX: message with UID 2', why: 'the server does not give it away' },
      { what: 'INBOX: message with UID 3', why: 'the server does not give it away' },
      { what: 'INBOX: message with UID 4', why: 'it has no header line' },
    ]);
  });

  it('with other separators, a namespace and levels that are no mailboxes: folders come as users know them', async () => {
    const job = await fetched([
      [
        /^LIST/,
        [
          '* LIST () "." INBOX',
          '* LIST (\\Noselect) "." INBOX.Work',
          '* LIST () "." INBOX.Work.B&APw-ro/A',
          '* LIST (\\Sent) "." INBOX.Gesendet',
          '* LIST () "." INBOX.Gesendet.2019',
          '* LIST () "." user.anna',
        ],
      ],
      [/^(EXAMINE|SELECT)/, ['* 0 EXISTS', '* OK [UIDVALIDITY 1] x', '* OK [UIDNEXT 1] x']],
      [/^UID SEARCH/, ['* SEARCH']],
    ]);
    expect(job).toMatchObject({ state: 'done', transferred: 0, skipped: [] });
    const names = await mailboxes();
    expect(names).toEqual(expect.arrayContaining(['Work/Büro_A', 'Sent/2019']));
    expect(names.filter((name) => /anna|Gesendet/.test(name))).toEqual([]);
  });

  it('that lets nobody in is told of in its own words too', async () => {
    const job = await fetched([[/^(LOGIN|AUTHENTICATE)/, [], 'NO [AUTHENTICATIONFAILED] wrong']]);
    expect(job).toMatchObject({ state: 'failed', error: expect.stringMatching(/does not let olaf in.*\(wrong\)/) });
  });

  const inboxOf = (count: number): Script => [
    [/^LIST/, ['* LIST () "." INBOX']],
    [/^(EXAMINE|SELECT)/, [`* ${count} EXISTS`, '* OK [UIDVALIDITY 1] x', `* OK [UIDNEXT ${count + 1}] x`]],
  ];
  const text = (uid: number) => message(uid, `Subject: number ${uid}\r\n\r\n`);

  // What SEARCH told and no FETCH described was gone without a word.
  it.each([
    ['a missing line', []],
    ['flags that are none', ['* 2 FETCH (UID 2 FLAGS (\\Seen 50%) RFC822.SIZE 20)']],
    ['a NUL', ['* 2 FETCH (UID 2 FLAGS (\\Seen \0) RFC822.SIZE 20)']],
    ['two blanks', ['*  2 FETCH (UID 2 FLAGS (\\Seen) RFC822.SIZE 20)']],
  ])('that describes a message with %s: each message is brought or named', async (_, second) => {
    const job = await fetched([
      ...inboxOf(3),
      [/^UID SEARCH/, ['* SEARCH 1 2 3']],
      [/^UID FETCH 2 .*RFC822\.SIZE/, second],
      [/^UID FETCH \S+ .*RFC822\.SIZE/, [described(1), ...second, described(3)]],
      [/^UID FETCH /, [text(1), text(3)]],
    ]);
    expect(job).toMatchObject({ state: 'done', transferred: 2, leftOut: 1 });
    expect(job.skipped).toEqual([{ what: 'INBOX: message with UID 2', why: 'the server does not give it away' }]);
  });

  it('that answers BODY[] with NIL, tells too few numbers, or does not search: what stays away is named', async () => {
    const nil = await fetched([
      ...inboxOf(3),
      [/^UID SEARCH/, ['* SEARCH 1 2']],
      [/^UID FETCH \S+ .*RFC822\.SIZE/, [described(1), described(2)]],
      [/^UID FETCH /, [text(1), '* 2 FETCH (UID 2 BODY[] NIL)']],
    ]);
    expect(nil).toMatchObject({ state: 'done', transferred: 1, leftOut: 2 });
    expect(nil.skipped).toEqual([
      { what: 'INBOX', why: 'the server does not tell the numbers of 1 messages' },
      { what: 'INBOX: message with UID 2', why: 'the server does not give it away' },
    ]);
    old.close();
    const unsearched = await fetched([...inboxOf(3), [/^UID SEARCH/, [], 'NO not today']]);
    expect(unsearched).toMatchObject({
      ...{ state: 'done', leftOut: 1 },
      skipped: [{ what: 'INBOX', why: 'the server does not tell which messages are in it' }],
    });
  });

  it('that does not open one folder gives the others, and the one is named', async () => {
    const job = await fetched([
      [/^LIST/, ['* LIST () "." INBOX', '* LIST () "." INBOX.Calendar', '* LIST () "." INBOX.Zeta']],
      [/^(EXAMINE|SELECT) \S*Calendar/, [], 'NO [CANNOT] no mail in there'],
      [/^(EXAMINE|SELECT)/, ['* 1 EXISTS', '* OK [UIDVALIDITY 1] x', '* OK [UIDNEXT 2] x']],
      [/^UID SEARCH/, ['* SEARCH 1']],
      [/^UID FETCH \S+ .*RFC822\.SIZE/, [described(1)]],
      [/^UID FETCH /, [text(1)]],
    ]);
    expect(job).toMatchObject({ state: 'done', transferred: 2, leftOut: 1 });
    expect(job.skipped).toEqual([{ what: 'INBOX.Calendar', why: expect.stringContaining('no mail in there') }]);
  });

  it('that ends the connection at one message, each time, gives all others', async () => {
    const job = await fetched([
      ...inboxOf(3),
      [/^UID SEARCH/, ['* SEARCH 1 2 3']],
      [/^UID FETCH \S+ .*RFC822\.SIZE/, [1, 2, 3].map((uid) => described(uid))],
      [/^UID FETCH 1 /, [text(1)]],
      [/^UID FETCH 3 /, [text(3)]],
      [/^UID FETCH /, [], 'vanish'],
    ]);
    expect(job).toMatchObject({ state: 'done', transferred: 2, leftOut: 1 });
    expect(job.skipped).toEqual([{ what: 'INBOX: message with UID 2', why: 'the server does not give it away' }]);
  });

  it('that has numbered its messages anew when it is back is not believed', async () => {
    let opened = 0;
    const validity = { test: (command: string) => /^(EXAMINE|SELECT)/.test(command) && ++opened > 1 };
    const job = await fetched([
      [validity, ['* 1 EXISTS', '* OK [UIDVALIDITY 2] x', '* OK [UIDNEXT 2] x']],
      ...inboxOf(1),
      [/^UID SEARCH/, ['* SEARCH 1']],
      [/^UID FETCH/, [], 'vanish'],
    ]);
    expect(job).toMatchObject({ state: 'failed', error: expect.stringContaining('numbered the messages anew') });
  });

  it('that vanishes midway and stays away is told of with the remedy', async () => {
    let gone = false;
    const vanishes = { test: (command: string) => (gone ||= /^UID FETCH/.test(command)) };
    const job = await fetched([[vanishes, [], 'vanish'], ...inboxOf(1), [/^UID SEARCH/, ['* SEARCH 1']]]);
    expect(job).toMatchObject({
      state: 'failed',
      error: expect.stringMatching(/connection was (lost|cut).*run it again/),
    });
  });

  it.each([
    ['the list of folders', /^LIST/],
    ['a message', /^UID FETCH/],
  ])('that never answers to the request for %s can be given up within a second', async (_, unanswered) => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const script: Script = [
      [/^LIST/, ['* LIST () "." INBOX']],
      [/^(EXAMINE|SELECT)/, ['* 1 EXISTS', '* OK [UIDVALIDITY 1] x', '* OK [UIDNEXT 2] x']],
      [/^UID SEARCH/, ['* SEARCH 1']],
    ];
    const watched = {
      test(command: string) {
        const fits = unanswered.test(command);
        if (fits) resolve();
        return fits;
      },
    };
    const id = await begun([[watched, [], 'silent'], ...script]);
    await asked;
    const before = performance.now();
    await done(ours.admin.call('jobs.cancel', { id }));
    expect((await ended(id)).state).toBe('cancelled');
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
