import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valuesOf } from '../support/fetch-replies.ts';
import { listedNames, smallMessage } from '../support/mailboxes.ts';
import type { CommandText, RawImap } from '../support/raw-imap.ts';
import { nameless, outcomeOf, share } from '../support/sharing.ts';
import { OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

/** Every right of RFC 4314 section 2.1. */
const RIGHTS = [...'lrswipkxtea'];
const ANY = 'lrswipkxtea';
const NONE = '';

/** A mailbox of Karen's with one message, as Olaf names it, and whatever else a command needs. */
interface Cell {
  readonly name: string;
  readonly right: string;
}

interface Row {
  readonly command: string;
  /** Each of these rights alone suffices, beside `l` (and `r`, in the selected state). */
  readonly suffices: string;
  /** What comes of the command without any of them. */
  readonly otherwise?: string;
  readonly run: (cell: Cell) => Promise<string>;
}

describe('every command against every right (RFC 4314 section 4)', () => {
  let server: TestServer;
  let karen: RawImap;
  let olaf: RawImap;
  let last = 0;

  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
    olaf = await server.client(OLAF);
    await karen.ok('CREATE parent');
    await share(karen, 'parent', 'olaf', 'lk');
    await karen.ok('CREATE open');
    await share(karen, 'open', 'olaf', 'lrswipkxtea');
    await olaf.ok('CREATE mine');
    await olaf.ok('CREATE source');
  });
  afterAll(() => server.stop());

  /** A new mailbox of Karen's with a message that has \Deleted, on which Olaf has these rights. */
  async function fresh(rights: string): Promise<string> {
    const name = `box${++last}`;
    await karen.ok(`CREATE ${name}`);
    await karen.append(name, smallMessage(last), { flags: ['\\Deleted'] });
    await share(karen, name, 'olaf', rights);
    return `#users/karen/${name}`;
  }

  const answers = (text: (cell: Cell) => string) => async (cell: Cell) => outcomeOf(await olaf.command(text(cell)));
  /** From a mailbox of Olaf's own with one message. */
  const fromMine = (verb: string) => async (cell: Cell) => {
    await olaf.append('source', smallMessage(0));
    await olaf.ok('SELECT source');
    const outcome = outcomeOf(await olaf.command(`${verb} 1 ${cell.name}`));
    await olaf.ok('UNSELECT');
    return outcome === 'OK' || outcome === 'NOPERM' ? outcome : outcome.replace(/^COPYUID .*/, 'OK');
  };
  const listed =
    (text: (name: string) => string) =>
    async ({ name }: Cell) => {
      const names = listedNames(await olaf.ok(text(name)));
      return names.includes(name) ? 'OK' : 'not listed';
    };

  const authenticated: readonly Row[] = [
    { command: 'LIST', suffices: ANY, run: listed((name) => `LIST "" ${name}`) },
    { command: 'LIST (pattern)', suffices: ANY, run: listed(() => 'LIST "" *') },
    { command: 'LIST RETURN (MYRIGHTS)', suffices: ANY, run: listed((name) => `LIST "" ${name} RETURN (MYRIGHTS)`) },
    {
      command: 'LIST RETURN (STATUS)',
      suffices: 'r',
      otherwise: 'no STATUS',
      run: async ({ name }) => {
        const { untagged } = await olaf.ok(`LIST "" ${name} RETURN (STATUS (MESSAGES))`);
        expect(untagged[0]).toContain('* LIST ');
        // RFC 5819 section 2: what cannot be selected MUST be marked
        if (untagged.length === 1) expect(untagged[0]).toContain('\\Noselect');
        return untagged.includes(`* STATUS ${name} (MESSAGES 1)`) ? 'OK' : 'no STATUS';
      },
    },
    { command: 'SUBSCRIBE', suffices: ANY, run: answers(({ name }) => `SUBSCRIBE ${name}`) },
    { command: 'UNSUBSCRIBE', suffices: ANY, run: answers(({ name }) => `UNSUBSCRIBE ${name}`) },
    {
      command: 'LSUB',
      suffices: ANY,
      run: async (cell) => {
        await olaf.ok(`SUBSCRIBE ${cell.name}`);
        return listed((name) => `LSUB "" ${name}`)(cell);
      },
    },
    { command: 'CREATE (for parent)', suffices: 'k', run: answers(({ name }) => `CREATE ${name}/below`) },
    { command: 'DELETE', suffices: 'x', run: answers(({ name }) => `DELETE ${name}`) },
    {
      command: 'RENAME (old name)',
      suffices: 'x',
      run: answers(({ name, right }) => `RENAME ${name} #users/karen/parent/${right}`),
    },
    {
      command: 'RENAME (new parent)',
      suffices: 'k',
      run: async ({ name }) => outcomeOf(await olaf.command(`RENAME ${await fresh('lx')} ${name}/renamed`)),
    },
    { command: 'SELECT', suffices: 'r', run: answers(({ name }) => `SELECT ${name}`) },
    { command: 'EXAMINE', suffices: 'r', run: answers(({ name }) => `EXAMINE ${name}`) },
    { command: 'STATUS', suffices: 'r', run: answers(({ name }) => `STATUS ${name} (MESSAGES)`) },
    { command: 'SETACL', suffices: 'a', run: answers(({ name }) => `SETACL ${name} anyone r`) },
    { command: 'DELETEACL', suffices: 'a', run: answers(({ name }) => `DELETEACL ${name} anyone`) },
    { command: 'GETACL', suffices: 'a', run: answers(({ name }) => `GETACL ${name}`) },
    { command: 'LISTRIGHTS', suffices: 'a', run: answers(({ name }) => `LISTRIGHTS ${name} anyone`) },
    { command: 'MYRIGHTS', suffices: ANY, run: answers(({ name }) => `MYRIGHTS ${name}`) },
    {
      command: 'APPEND',
      suffices: 'i',
      run: async ({ name }) => outcomeOf(await olaf.append(name, smallMessage(1))),
    },
    // RFC 9208 section 6
    { command: 'GETQUOTAROOT', suffices: 'r', run: answers(({ name }) => `GETQUOTAROOT ${name}`) },
    { command: 'COPY (into)', suffices: 'i', run: fromMine('COPY') },
    { command: 'UID COPY (into)', suffices: 'i', run: fromMine('UID COPY') },
    { command: 'MOVE (into)', suffices: 'i', run: fromMine('MOVE') },
  ];

  const stores = (change: string) => answers(() => `STORE 1 ${change}`);
  const selected: readonly Row[] = [
    { command: 'NOOP', suffices: ANY, run: answers(() => 'NOOP') },
    { command: 'CHECK', suffices: ANY, run: answers(() => 'CHECK') },
    { command: 'SEARCH', suffices: ANY, run: answers(() => 'SEARCH TEXT body') },
    { command: 'FETCH', suffices: ANY, run: answers(() => 'FETCH 1 (FLAGS BODY.PEEK[])') },
    {
      command: 'FETCH (sets \\Seen)',
      suffices: 's',
      otherwise: 'read, not seen',
      run: async () => {
        expect((await olaf.ok('FETCH 1 BODY[]')).untagged.join('\n')).toContain('Body');
        const [[, flags] = []] = valuesOf(await olaf.ok('FETCH 1 FLAGS'), 'FLAGS');
        return String(flags).includes('\\Seen') ? 'OK' : 'read, not seen';
      },
    },
    { command: 'STORE \\Seen', suffices: 's', run: stores('+FLAGS (\\Seen)') },
    { command: 'STORE \\Seen away', suffices: 's', run: stores('-FLAGS.SILENT (\\Seen)') },
    { command: 'STORE \\Deleted', suffices: 't', run: stores('+FLAGS (\\Deleted)') },
    { command: 'STORE \\Deleted away', suffices: 't', run: stores('-FLAGS (\\Deleted)') },
    { command: 'STORE \\Flagged', suffices: 'w', run: stores('+FLAGS (\\Flagged)') },
    { command: 'STORE a keyword', suffices: 'w', run: stores('+FLAGS.SILENT (Work)') },
    { command: 'UID STORE \\Answered', suffices: 'w', run: answers(() => 'UID STORE 1 FLAGS (\\Answered)') },
    { command: 'STORE any of three', suffices: 'stw', run: stores('+FLAGS (\\Seen \\Deleted \\Draft)') },
    { command: 'EXPUNGE', suffices: 'e', run: answers(() => 'EXPUNGE') },
    { command: 'UID EXPUNGE', suffices: 'e', run: answers(() => 'UID EXPUNGE 1') },
    { command: 'COPY (from)', suffices: ANY, run: answers(() => 'COPY 1 mine') },
    // RFC 6851 section 4.2: `t` and `e`, so no single one suffices
    { command: 'MOVE (from)', suffices: NONE, run: answers(() => 'MOVE 1 mine') },
    { command: 'UID MOVE (from)', suffices: NONE, run: answers(() => 'UID MOVE 1 mine') },
    { command: 'UNSELECT', suffices: ANY, run: answers(() => 'UNSELECT') },
    {
      command: 'CLOSE',
      suffices: 'e',
      otherwise: 'OK, nothing removed',
      run: async ({ name }) => {
        await olaf.ok('CLOSE');
        const { untagged } = await olaf.ok(`STATUS ${name} (MESSAGES)`);
        return untagged[0]?.includes('MESSAGES 0') ? 'OK' : 'OK, nothing removed';
      },
    },
  ];

  const expected = ({ suffices, otherwise = 'NOPERM' }: Row) =>
    Object.fromEntries(RIGHTS.map((right) => [right, suffices.includes(right) ? 'OK' : otherwise]));

  it.each(authenticated)('$command with one right beside l', async (row) => {
    const outcomes: Record<string, string> = {};
    for (const right of RIGHTS) outcomes[right] = await row.run({ name: await fresh(`l${right}`), right });
    await olaf.command('UNSELECT');
    expect(outcomes).toEqual(expected(row));
  });

  it.each(selected)('$command with one right beside l and r, in the selected state', async (row) => {
    const outcomes: Record<string, string> = {};
    for (const right of RIGHTS) {
      const name = await fresh(`lr${right}`);
      await olaf.ok(`SELECT ${name}`);
      outcomes[right] = await row.run({ name, right });
    }
    await olaf.command('UNSELECT');
    expect(outcomes).toEqual(expected(row));
  });

  it('MOVE away needs both t and e, and i where it goes: without one of them nothing moves and nothing stays twice', async () => {
    for (const [rights, outcome] of [
      ['lrt', 'NOPERM'],
      ['lre', 'NOPERM'],
      ['lrte', 'OK'],
    ] as const) {
      const name = await fresh(rights);
      await olaf.ok(`SELECT ${name}`);
      const before = await olaf.ok('STATUS mine (MESSAGES)');
      expect(outcomeOf(await olaf.command('MOVE 1 #users/karen/parent'))).toBe('NOPERM');
      expect(outcomeOf(await olaf.command('MOVE 1 mine'))).toMatch(outcome);
      const moved = outcome === 'OK';
      expect((await olaf.ok('STATUS mine (MESSAGES)')).untagged).not.toEqual(moved ? before.untagged : []);
      expect((await olaf.ok(`STATUS ${name} (MESSAGES)`)).untagged).toEqual([
        `* STATUS ${name} (MESSAGES ${moved ? 0 : 1})`,
      ]);
    }
  });

  it.each([
    ['APPEND', async (name: string, flags: string) => olaf.append(name, smallMessage(1), { flags: flags.split(' ') })],
    [
      'COPY',
      async (name: string, flags: string) => {
        await olaf.ok('SELECT source');
        await olaf.append('source', smallMessage(1), { flags: flags.split(' ') });
        const reply = await olaf.ok(`COPY * ${name}`);
        await olaf.ok('UNSELECT');
        return reply;
      },
    ],
  ])('%s keeps the flags that the rights allow and leaves out the others, without failing', async (_, bring) => {
    const kept: Record<string, string> = {};
    for (const right of RIGHTS) {
      const name = await fresh(`lri${right}`);
      expect((await bring(name, '\\Seen \\Deleted \\Flagged Work')).status).toBe('OK');
      await olaf.ok(`EXAMINE ${name}`);
      const [[, flags] = []] = valuesOf(await olaf.ok('FETCH 2 FLAGS'), 'FLAGS');
      kept[right] = String(flags).replace(/[()]/g, '').replace('\\Recent', '').trim();
    }
    const nothing = Object.fromEntries(RIGHTS.map((right) => [right, '']));
    expect(kept).toEqual({ ...nothing, s: '\\Seen', t: '\\Deleted', w: '\\Flagged Work' });
  });
});

describe('without l a mailbox is one that is not there (RFC 4314 section 6)', () => {
  const HIDDEN = '#users/karen/hidden';
  const ABSENT = '#users/karen/absent';
  let server: TestServer;
  let karen: RawImap;
  let olaf: RawImap;

  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
    olaf = await server.client(OLAF);
    for (const name of ['hidden', 'hidden/deep', 'loose', 'parent']) await karen.ok(`CREATE ${name}`);
    await karen.append('hidden', smallMessage(1));
    await share(karen, 'loose', 'olaf', 'lrswipkxtea');
    await share(karen, 'parent', 'olaf', 'lrswipkxtea');
    await olaf.ok('CREATE mine');
    await olaf.append('mine', smallMessage(1));
  });
  afterAll(() => server.stop());

  const message = smallMessage(1);
  const COMMANDS: readonly (readonly [string, (name: string) => CommandText])[] = [
    ['SELECT', (name) => `SELECT ${name}`],
    ['EXAMINE', (name) => `EXAMINE ${name}`],
    ['STATUS', (name) => `STATUS ${name} (MESSAGES UIDVALIDITY)`],
    ['LIST', (name) => `LIST "" ${name}`],
    ['LIST %', (name) => `LIST "${name}/" %`],
    ['LIST RETURN', (name) => `LIST "" ${name} RETURN (STATUS (MESSAGES) MYRIGHTS)`],
    ['SUBSCRIBE', (name) => `SUBSCRIBE ${name}`],
    ['LSUB', (name) => `LSUB "" ${name}`],
    ['LSUB %', (name) => `LSUB "" ${name.slice(0, name.lastIndexOf('/'))}/%`],
    ['LIST (SUBSCRIBED)', (name) => `LIST (SUBSCRIBED) "" ${name} RETURN (STATUS (MESSAGES) MYRIGHTS)`],
    ['LIST (SUBSCRIBED RECURSIVEMATCH)', () => 'LIST (SUBSCRIBED RECURSIVEMATCH) "" #users/%'],
    ['UNSUBSCRIBE', (name) => `UNSUBSCRIBE ${name}`],
    ['CREATE', (name) => `CREATE ${name}`],
    ['CREATE below', (name) => `CREATE ${name}/below`],
    ['DELETE', (name) => `DELETE ${name}`],
    ['RENAME', (name) => `RENAME ${name} #users/karen/other`],
    ['RENAME into what may be made', (name) => `RENAME ${name} #users/karen/parent/other`],
    ['RENAME into own', (name) => `RENAME ${name} other`],
    ['RENAME to', (name) => `RENAME #users/karen/loose ${name}`],
    ['RENAME below', (name) => `RENAME #users/karen/loose ${name}/loose`],
    ['RENAME own to', (name) => `RENAME mine ${name}`],
    ['SETACL', (name) => `SETACL ${name} olaf lr`],
    ['SETACL nobody', (name) => `SETACL ${name} nobody lr`],
    ['DELETEACL', (name) => `DELETEACL ${name} olaf`],
    ['GETACL', (name) => `GETACL ${name}`],
    ['LISTRIGHTS', (name) => `LISTRIGHTS ${name} olaf`],
    ['LISTRIGHTS nobody', (name) => `LISTRIGHTS ${name} nobody`],
    ['MYRIGHTS', (name) => `MYRIGHTS ${name}`],
    ['GETQUOTAROOT', (name) => `GETQUOTAROOT ${name}`],
    ['APPEND', (name) => [`APPEND ${name} (\\Seen) `, message]],
    ['APPEND of nothing', (name) => [`APPEND ${name} `, Buffer.alloc(0)]],
    ['COPY', (name) => `COPY 1 ${name}`],
    ['UID COPY', (name) => `UID COPY 1 ${name}`],
    ['UID COPY of nothing', (name) => `UID COPY 99 ${name}`],
    ['MOVE', (name) => `MOVE 1 ${name}`],
    ['UID MOVE', (name) => `UID MOVE 1 ${name}`],
  ];

  /** What Olaf may have without anything showing: each right alone, all but l, l given and taken away again. */
  const GRANTS: readonly (readonly (readonly [identifier: string, rights: string])[])[] = [
    [],
    ...[...'rswipkxtea'].map((right) => [['olaf', right]] as const),
    [['olaf', 'rswipkxtea']],
    [['anyone', 'rswipkxtea']],
    [
      ['olaf', 'lrswipkxtea'],
      ['-olaf', 'l'],
    ],
    [
      ['anyone', 'lrswipkxtea'],
      ['-olaf', 'l'],
    ],
  ];

  async function grant(entries: readonly (readonly [string, string])[]): Promise<void> {
    for (const who of ['olaf', '-olaf', 'anyone']) {
      const rights = entries.find(([identifier]) => identifier === who)?.[1] ?? '';
      for (const mailbox of ['hidden', 'hidden/deep']) await share(karen, mailbox, who, rights);
    }
  }

  /** What was shared once stays subscribed to, as it was: names that a user was told tell nothing new. */
  async function forgetSubscriptions(client: RawImap): Promise<void> {
    const { untagged } = await client.ok('LSUB "" *');
    for (const line of untagged) {
      if (!line.includes('Noselect')) await client.ok(`UNSUBSCRIBE ${line.slice(line.indexOf('"/" ') + 4)}`);
    }
  }

  /** @param hide what the replies may name */
  async function answersTo(name: string, rev2 = false, hide = name): Promise<Record<string, object>> {
    const client = await server.client(OLAF);
    await forgetSubscriptions(client);
    if (rev2) await client.ok('ENABLE IMAP4rev2');
    const answers: Record<string, object> = {};
    for (const [label, text] of COMMANDS) {
      await client.ok('EXAMINE mine');
      if (/MOVE/.test(label)) await client.ok('SELECT mine');
      answers[label] = nameless(await client.command(text(name)), hide);
    }
    await client.logout();
    return answers;
  }

  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])(
    'in every command, code and text, whatever else was granted (levels faked: %s, IMAP4rev2: %s)',
    async (faked, rev2) => {
      server.server.settings.set('imap4.advanced.fakeInaccessibleMailboxes', faked);
      const absent = await answersTo(ABSENT, rev2);
      // a test that compares nothing proves nothing
      expect(
        Object.values(absent).filter((reply) => (reply as { status: string }).status === 'NO').length,
      ).toBeGreaterThan(20);
      for (const entries of GRANTS) {
        await grant(entries);
        expect(await answersTo(HIDDEN, rev2), `with ${JSON.stringify(entries)}`).toEqual(absent);
      }
      await grant([]);
      expect((await karen.ok('STATUS hidden (MESSAGES)')).untagged).toEqual(['* STATUS hidden (MESSAGES 1)']);
    },
  );

  it('nor does a user show who shares nothing, beside one who does not exist', async () => {
    for (const faked of [false, true]) {
      server.server.settings.set('imap4.advanced.fakeInaccessibleMailboxes', faked);
      await share(karen, 'loose', 'olaf', '');
      await share(karen, 'parent', 'olaf', '');
      for (const below of ['', '/Inbox', '/Work/2026']) {
        const there = await answersTo(`#users/karen${below}`, false, '#users/karen');
        expect(there).toEqual(await answersTo(`#users/nobody${below}`, false, '#users/nobody'));
      }
      await share(karen, 'loose', 'olaf', 'lrswipkxtea');
      await share(karen, 'parent', 'olaf', 'lrswipkxtea');
    }
  });
});
