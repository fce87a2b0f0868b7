import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../core/admin/contract.ts';
import { type AdministeredServer, done, startAdministeredServer } from '../support/admin.ts';
import { type FakeImapServer, startFakeImapServer } from '../support/fake-imap-server.ts';
import { KAREN } from '../support/test-server.ts';

/** Between attempts to connect anew. */
const SOON = vi.hoisted(() => ({ pauses: [5, 10, 10, 20, 20, 20, 20, 20], pauseToTell: 20 }));

vi.mock(import('../../core/base/limits.ts'), async (original) => {
  const limits = await original();
  return { ...limits, fetchedMailLimits: { ...limits.fetchedMailLimits, ...SOON } } as unknown as typeof limits;
});

let ours: AdministeredServer;
let old: FakeImapServer;

/** Whose mail comes: somebody else in each test. */
let user = '';

beforeAll(async () => {
  ours = await startAdministeredServer();
});
afterAll(() => ours.stop());

let users = 0;
beforeEach(async () => {
  user = `karen${++users}`;
  await done(ours.admin.call('users.add', { name: user, password: KAREN.password }));
});
afterEach(() => old.close());

/** What it says to the commands whose beginning fits; the first that fits counts. */
type Script = readonly (readonly [Pick<RegExp, 'test'>, readonly (string | Buffer)[], string?])[];

const common: Script = [
  [/^CAPABILITY/, ['* CAPABILITY IMAP4rev1 NAMESPACE SPECIAL-USE']],
  [/^NAMESPACE/, ['* NAMESPACE (("INBOX." ".")) (("user." ".")) NIL']],
  [/^LSUB/, []],
  [/^STATUS "?INBOX"? /, ['* STATUS INBOX (MESSAGES 4)']],
  [/^STATUS "?(\S+?)"? /, ['* STATUS x (MESSAGES 0)']],
];

type Answer = ReturnType<Parameters<typeof startFakeImapServer>[0]>;

/** Begins an import from a server that says this; what `first` says counts before it. */
async function begun(script: Script, first: (command: string) => Answer = () => undefined): Promise<number> {
  old = await startFakeImapServer((command) => {
    const said = first(command);
    if (said !== undefined) return said;
    const found = [...script, ...common].find(([begins]) => begins.test(command));
    return found && { lines: found[1], status: found[2] ?? 'OK done' };
  });
  const { job } = await done(
    ours.admin.call('mail.importFromServer', {
      ...{ user, host: '127.0.0.1', port: old.port, tls: 'none' },
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
  return done(ours.admin.call('shares.mailboxes', { owner: { kind: 'user', name: user } }));
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
      ...{ state: 'done', leftOut: 3, total: 3 },
      skipped: [{ what: 'INBOX', why: 'the server does not tell which messages are in it', messages: 3 }],
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

  /** So many messages, of which it gives some, then ends each connection as often as it is told, then gives some more. */
  function rationing(count: number, ration: number, refusals: number) {
    const header = (uid: number) => `Message-ID: <${uid}@example.org>\r\nSubject: number ${uid}\r\n\r\n`;
    const sent: number[] = [];
    let given = 0;
    let refused = 0;
    const uidsOf = (set: string) =>
      set.split(',').flatMap((range) => {
        const [first = 0, last = first] = range.split(':').map(Number);
        return Array.from({ length: last - first + 1 }, (_, at) => first + at);
      });
    const answer = (command: string) => {
      const [, set = ''] = /^UID FETCH (\S+) /.exec(command) ?? [];
      const lines: string[] = [];
      if (/RFC822\.SIZE/.test(command)) {
        const headers = /HEADER\.FIELDS \((.*?)\)/.exec(command)?.[0];
        for (const uid of uidsOf(set)) {
          const fields = `BODY[${headers}] {${header(uid).length}}\r\n${header(uid)}`;
          const line = described(uid, header(uid).length + 6);
          lines.push(headers === undefined ? line : line.replace(/\)$/, ` ${fields})`));
        }
        return { lines };
      }
      for (const uid of uidsOf(set)) {
        if (given >= ration) {
          if (++refused >= refusals) given = refused = 0;
          return { lines, status: 'bye' };
        }
        given++;
        sent.push(uid);
        lines.push(message(uid, `${header(uid)}hello\n`));
      }
      return { lines };
    };
    const script: Script = [...inboxOf(count), [/^UID SEARCH/, [`* SEARCH ${uidsOf(`1:${count}`).join(' ')}`]]];
    const begin = () => begun(script, (command) => (/^UID FETCH/.test(command) ? answer(command) : undefined));
    return {
      begin,
      sent,
      newDay: () => {
        given = refused = 0;
      },
    };
  }

  it('that gives only so much before it ends each connection, for a while: all comes, and once', async () => {
    const { begin, sent } = rationing(15, 5, 4);
    const job = await ended(await begin());
    expect(job).toMatchObject({ state: 'done', transferred: 15, leftOut: 0, done: 15, total: 15 });
    const again = sent.length - new Set(sent).size;
    expect(again).toBeLessThanOrEqual(4); // to see whether it gives anything
    expect(job.notes).toEqual([expect.stringContaining('too much for today')]);
  });

  it('that gives only so much a day, whatever the pauses: each run keeps all that came and goes on behind it', async () => {
    const { begin, sent, newDay } = rationing(15, 6, 1_000);
    const came: number[] = [];
    for (let day = 1; day <= 3; day++) {
      const { state, transferred, duplicates, error } = await ended(await begin());
      came.push(transferred);
      expect(duplicates).toBe((day - 1) * 6);
      if (day < 3) expect(error).toMatch(/too much for today/);
      else expect(state).toBe('done');
      old.close();
      newDay();
    }
    expect(came).toEqual([6, 6, 3]);
    expect([...sent].sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
  });

  it('whose names are no modified UTF-7, or lack its own prefix: folders are asked for as they were listed', async () => {
    const names = ['INBOX', 'INBOX.R&D', 'INBOX.&AOQ', 'INBOX.&b-', 'INBOX.&AOQ-rger', 'Other', 'INBOX.Büro'];
    const asked: string[] = [];
    const script: Script = [
      [/^LIST/, names.map((name) => `* LIST () "." "${name}"`)],
      [/^(EXAMINE|SELECT)/, ['* 1 EXISTS', '* OK [UIDVALIDITY 1] x', '* OK [UIDNEXT 2] x']],
      [/^UID SEARCH/, ['* SEARCH 1']],
      [/^UID FETCH \S+ .*RFC822\.SIZE/, [described(1)]],
      [/^UID FETCH /, [text(1)]],
    ];
    const id = await begun(script, (command) => {
      const [, name] = /^EXAMINE "?(.*?)"?$/.exec(Buffer.from(command, 'latin1').toString()) ?? [];
      if (name !== undefined) asked.push(name);
      return undefined;
    });
    expect(await ended(id)).toMatchObject({ state: 'done', transferred: 7, leftOut: 0, total: 7, done: 7 });
    expect(asked.sort()).toEqual(names.sort());
    expect(await mailboxes()).toEqual(expect.arrayContaining(['R&D', '&AOQ', '&b-', 'ärger', 'Other', 'Büro']));
  });

  it('of any manners gets a report that adds up: brought, there already and left out are all that was asked for', async () => {
    const manners = ['good', 'twice', 'undescribed', 'nil', 'refused', 'large', 'no mail', 'vanish'] as const;
    const folder = fc.record({
      opens: fc.boolean(),
      told: fc.constantFrom('right', 'nothing', 'too many'),
      unnumbered: fc.integer({ min: 0, max: 2 }),
      messages: fc.array(fc.constantFrom(...manners), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(folder, { minLength: 1, maxLength: 3 }), async (folders) => {
        const job = await ended(await begun([], worldOf(folders)));
        expect(job.state).toBe('done');
        const asked = folders.reduce((sum, one) => sum + expectedOf(one), 0);
        expect(job.transferred + job.duplicates + job.leftOut).toBe(asked);
        expect([job.total, job.done]).toEqual([asked, asked]);
        old.close();
      }),
      { numRuns: 8 },
    );
  });

  interface World {
    readonly opens: boolean;
    readonly told: 'right' | 'nothing' | 'too many';
    readonly unnumbered: number;
    readonly messages: readonly string[];
  }

  /** A folder of which nobody knows what is in it is one thing that was asked for. */
  const expectedOf = ({ opens, told, unnumbered, messages }: World) => {
    if (opens) return messages.length + unnumbered;
    return told === 'nothing' ? 1 : messages.length + unnumbered + (told === 'too many' ? 3 : 0) || 1;
  };

  function worldOf(folders: readonly World[]) {
    let open: World = folders[0]!;
    return (command: string): Answer | undefined => {
      const [, name] = /^(?:EXAMINE|STATUS) "?INBOX\.(\d+)"?/.exec(command) ?? [];
      const named = folders[Number(name)];
      if (/^LIST .*INBOX"?$/.test(command)) return {};
      if (/^LIST/.test(command)) return { lines: folders.map((_, at) => `* LIST () "." INBOX.${at}`) };
      if (command.startsWith('STATUS') && named !== undefined) {
        const count = named.messages.length + named.unnumbered + (named.told === 'too many' ? 3 : 0);
        return named.told === 'nothing' ? { status: 'NO' } : { lines: [`* STATUS INBOX.${name} (MESSAGES ${count})`] };
      }
      if (named !== undefined) {
        open = named;
        const exists = `* ${named.messages.length + named.unnumbered} EXISTS`;
        return named.opens ? { lines: [exists, '* OK [UIDVALIDITY 1] x'] } : { status: 'NO [CANNOT] never' };
      }
      if (/^UID SEARCH/.test(command)) return { lines: [`* SEARCH ${open.messages.map((_, at) => at + 1).join(' ')}`] };
      const [, set] = /^UID FETCH (\S+)/.exec(command) ?? [];
      return set === undefined ? undefined : fetchedFrom(open, set, /RFC822\.SIZE/.test(command));
    };
  }

  function fetchedFrom({ messages }: World, set: string, facts: boolean): Answer {
    const lines: string[] = [];
    for (const [at, manner] of messages.entries()) {
      const uid = at + 1;
      const wanted = set.split(',').some((range) => {
        const [first = 0, last = first] = range.split(':').map(Number);
        return first <= uid && uid <= last;
      });
      if (!wanted || manner === 'undescribed') continue;
      if (facts) lines.push(described(uid, manner === 'large' ? 2 ** 31 : 20));
      else if (manner === 'vanish') return { lines, status: 'bye' };
      else if (manner === 'refused') return { lines, status: 'NO' };
      else if (manner === 'nil') lines.push(`* ${uid} FETCH (UID ${uid} BODY[] NIL)`);
      else if (manner === 'no mail') lines.push(message(uid, 'no mail\r\n'));
      else lines.push(message(uid, `Subject: ${manner === 'twice' ? 'same' : Math.random()}\r\n\r\n`));
    }
    return { lines };
  }

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
