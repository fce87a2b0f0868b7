import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArgsOf, CallName } from '../../core/admin/contract.ts';
import { listReplies, smallMessage, toldOf } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { outcomeOf, share } from '../support/sharing.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

/** Levels that are no mailboxes to Olaf: of the namespaces, a user, a mailbox of Karen's that he may not see. */
const LEVELS = ['#users', '#users/karen', '#users/karen/Work', '#public', '#public/Office'];

describe('levels above what is shared (IMAP4-SERVICE, "Fake access to inaccessible mailboxes")', () => {
  let server: TestServer;
  let karen: RawImap;
  let olaf: RawImap;
  let rev2: RawImap;

  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client(KAREN);
    olaf = await server.client(OLAF);
    rev2 = await server.client(OLAF);
    await rev2.ok('ENABLE IMAP4rev2');
    await karen.ok('CREATE Work/2026');
    await karen.append('Work', smallMessage(1));
    await share(karen, 'Work/2026', 'olaf', 'lrswipkxtea');
    await administer('publicFolders.create', { name: 'Office/Plans' });
    const owner = { kind: 'public' } as const;
    await administer('shares.set', { owner, mailbox: 'Office/Plans', identifier: 'anyone', rights: 'lri' });
    for (const name of ['#users/karen/Work/2026', '#public/Office/Plans']) await olaf.ok(`UNSUBSCRIBE ${name}`);
    await olaf.ok('CREATE mine');
    await olaf.append('mine', smallMessage(2));
  });
  afterAll(() => server.stop());

  async function administer<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<void> {
    expect(await server.server.admin.call(name, args)).toMatchObject({ ok: true });
  }
  const fake = (on: boolean) => server.server.settings.set('imap4.advanced.fakeInaccessibleMailboxes', on);
  const attributes = async (client: RawImap, line: string) =>
    listReplies(await client.ok(line)).filter((each) => each.startsWith('#'));

  it.each(['LIST "" #users/(', 'SELECT "#users', 'STATUS #users', 'STATUS #users ()', 'LIST "" "#users/\\x"'])(
    'answers BAD to the malformed %j, on and off',
    async (line) => {
      for (const on of [false, true]) {
        fake(on);
        expect((await olaf.command(line)).status).toBe('BAD');
      }
    },
  );

  describe('off', () => {
    beforeEach(() => fake(false));

    it('shows them as what they are: no mailboxes, with something below', async () => {
      const line = 'LIST "" (#% #users/% #users/karen/% #public/%)';
      const expected = [
        '#public (\\HasChildren \\NonExistent)',
        '#public/Office (\\HasChildren \\NonExistent)',
        '#users (\\HasChildren \\NonExistent)',
        '#users/karen (\\HasChildren \\NonExistent)',
        '#users/karen/Work (\\HasChildren \\NonExistent)',
      ];
      expect(await attributes(rev2, line)).toEqual(expected);
      // LIST-EXTENDED's syntax shows that the client knows its words
      expect(await attributes(olaf, line)).toEqual(expected);
      expect(await attributes(rev2, 'LIST "" #users/karen/%')).toEqual([expected[4]]);
      const basic = '#users/karen/Work (\\HasChildren \\NonExistent \\Noselect)';
      expect(await attributes(olaf, 'LIST "" #users/karen/%')).toEqual([basic]);
    });

    it('shows them with * too, or a client that asks so would miss the folders above the shared ones', async () => {
      for (const [client, no] of [
        [olaf, ' \\Noselect'],
        [rev2, ''],
      ] as const) {
        expect(await attributes(client, 'LIST "" *')).toEqual([
          `#public (\\HasChildren \\NonExistent${no})`,
          `#public/Office (\\HasChildren \\NonExistent${no})`,
          '#public/Office/Plans (\\HasNoChildren)',
          `#users (\\HasChildren \\NonExistent${no})`,
          `#users/karen (\\HasChildren \\NonExistent${no})`,
          `#users/karen/Work (\\HasChildren \\NonExistent${no})`,
          '#users/karen/Work/2026 (\\HasNoChildren)',
        ]);
      }
    });

    it.each(LEVELS)('opens and counts %s no more than what was never there', async (level) => {
      for (const client of [olaf, rev2]) {
        for (const line of [`SELECT ${level}`, `EXAMINE ${level}`, `STATUS ${level} (MESSAGES)`, `MYRIGHTS ${level}`]) {
          expect(await client.command(line)).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
        }
      }
      expect((await olaf.append(level, smallMessage(3))).status).toBe('NO');
    });
  });

  describe('on', () => {
    beforeEach(() => fake(true));

    it('shows them like mailboxes, to every client and with every pattern', async () => {
      const expected = [
        '#public (\\HasChildren)',
        '#public/Office (\\HasChildren)',
        '#public/Office/Plans (\\HasNoChildren)',
        '#users (\\HasChildren)',
        '#users/karen (\\HasChildren)',
        '#users/karen/Work (\\HasChildren)',
        '#users/karen/Work/2026 (\\HasNoChildren)',
      ];
      for (const client of [olaf, rev2]) {
        expect(await attributes(client, 'LIST "" *')).toEqual(expected);
        expect(await attributes(client, 'LIST "" %')).toEqual([expected[0], expected[3]]);
        expect(await attributes(client, 'LIST "" #users/karen/Work')).toEqual([expected[5]]);
        expect(await attributes(client, 'LIST (SPECIAL-USE) "" #*')).toEqual([]);
      }
    });

    it('tells with LIST what STATUS tells', async () => {
      const { untagged } = await olaf.ok('LIST "" #users RETURN (STATUS (MESSAGES UNSEEN) MYRIGHTS)');
      expect(untagged).toEqual([
        '* LIST (\\HasChildren) "/" #users',
        '* STATUS #users (MESSAGES 0 UNSEEN 0)',
        '* MYRIGHTS #users lr',
      ]);
    });

    it('lists them in LSUB once they are subscribed to, as LIST (SUBSCRIBED) does', async () => {
      await olaf.ok('SUBSCRIBE #users/karen');
      expect(await attributes(olaf, 'LSUB "" #*')).toEqual(['#users/karen ()']);
      // what LSUB shows of a level that is not subscribed to itself MUST have \Noselect (RFC 3501 section 6.3.9)
      expect(await attributes(olaf, 'LSUB "" %')).toEqual(['#users (\\Noselect)']);
      expect(await attributes(rev2, 'LIST (SUBSCRIBED) "" *')).toEqual(['#users/karen (\\HasChildren \\Subscribed)']);
      fake(false);
      expect(await attributes(olaf, 'LSUB "" #*')).toEqual(['#users/karen ()']);
      expect(await attributes(rev2, 'LIST (SUBSCRIBED) "" *')).toEqual([
        '#users/karen (\\HasChildren \\NonExistent \\Subscribed)',
      ]);
      fake(true);
      await olaf.ok('UNSUBSCRIBE #users/karen');
    });

    it.each(LEVELS)(
      'opens %s as an empty mailbox in which nothing can be changed, the same at every time',
      async (level) => {
        const seen: string[] = [];
        for (const verb of ['SELECT', 'EXAMINE', 'SELECT']) {
          for (const client of [olaf, rev2]) {
            const reply = await client.ok(`${verb} ${level}`);
            expect(reply.code).toBe('READ-ONLY');
            expect(reply.untagged).toContain('* 0 EXISTS');
            expect(toldOf(reply, 'UIDNEXT')).toBe('1');
            expect(toldOf(reply, 'PERMANENTFLAGS')).toBe('()');
            seen.push(`${toldOf(reply, 'UIDVALIDITY')} ${toldOf(reply, 'MAILBOXID')}`);
          }
        }
        expect(new Set(seen).size).toBe(1);
        expect((await rev2.ok(`SELECT ${level}`)).untagged.at(-1)).toBe(`* LIST (\\HasChildren) "/" ${level}`);
        const shouted = (await rev2.ok(`SELECT ${level.replace('karen', 'KAREN')}`)).untagged.at(-1);
        expect(shouted?.startsWith(`* LIST (\\HasChildren) "/" ${level}`)).toBe(true);
        const { untagged } = await olaf.ok(`STATUS ${level} (MESSAGES UNSEEN RECENT UIDNEXT SIZE DELETED)`);
        expect(untagged).toEqual([`* STATUS ${level} (MESSAGES 0 UNSEEN 0 RECENT 0 UIDNEXT 1 SIZE 0 DELETED 0)`]);
      },
    );

    it('gives every one of them an identity of its own', async () => {
      const ids = new Set<string | undefined>();
      for (const level of LEVELS) ids.add(toldOf(await olaf.ok(`STATUS ${level} (MAILBOXID)`), 'MAILBOXID'));
      expect(ids.size).toBe(LEVELS.length);
    });

    it.each(LEVELS)('behaves in %s as in an empty mailbox', async (level) => {
      for (const client of [olaf, rev2]) {
        await client.ok(`SELECT ${level}`);
        expect((await client.ok('UID FETCH 1:* (FLAGS BODY[])')).untagged).toEqual([]);
        expect((await client.ok('UID SEARCH ALL')).untagged.join()).toMatch(/^\* (SEARCH|ESEARCH \(TAG "\w+"\) UID)$/);
        expect((await client.ok('SEARCH TEXT secret')).untagged).toHaveLength(1);
        expect((await client.command('FETCH 1 BODY[]')).status).toBe('BAD');
        expect((await client.ok('CHECK')).untagged).toEqual([]);
        await client.idle();
        await client.done();
        await client.ok('UID COPY 1:* mine');
        await client.ok('CLOSE');
      }
    });

    it.each(LEVELS)('lets nothing be brought into %s, changed, or made below it', async (level) => {
      for (const client of [olaf, rev2]) {
        const refused = async (line: string) =>
          expect(['NOPERM', 'CANNOT'], line).toContain(outcomeOf(await client.command(line)));
        await client.ok('SELECT mine');
        for (const verb of ['COPY 1', 'UID COPY 1', 'UID COPY 99', 'MOVE 1', 'UID MOVE 1'])
          await refused(`${verb} ${level}`);
        expect(['NOPERM', 'CANNOT']).toContain(outcomeOf(await client.append(level, smallMessage(3))));
        await refused(`RENAME ${level} other`);
        await refused(`RENAME ${level} ${level}2`);
        await refused(`DELETE ${level}`);
        await refused(`SETACL ${level} olaf lr`);
        await refused(`DELETEACL ${level} olaf`);
        await refused(`GETACL ${level}`);
        await refused(`LISTRIGHTS ${level} olaf`);
        expect(outcomeOf(await client.command(`CREATE ${level}/below`))).toBe('NOPERM');
        for (const verb of ['SELECT', 'EXAMINE']) {
          await client.ok(`${verb} ${level}`);
          await refused('STORE 1 +FLAGS (\\Seen)');
          await refused('UID STORE 1:* FLAGS.SILENT ()');
          await refused('EXPUNGE');
          await refused('UID MOVE 1:* mine');
        }
        await client.ok('UNSELECT');
      }
      expect(toldOf(await olaf.ok('STATUS mine (MESSAGES)'), 'MESSAGES')).toBe('1');
    });

    it('grants no look at real content: a level that is somebody’s mailbox shows none of its messages', async () => {
      expect(toldOf(await karen.ok('STATUS Work (MESSAGES)'), 'MESSAGES')).toBe('1');
      expect(toldOf(await olaf.ok('STATUS #users/karen/Work (MESSAGES)'), 'MESSAGES')).toBe('0');
      const [theirs, level] = [await karen.ok('SELECT Work'), await olaf.ok('SELECT #users/karen/Work')];
      expect(toldOf(level, 'MAILBOXID')).not.toBe(toldOf(theirs, 'MAILBOXID'));
      await karen.append('Work', smallMessage(4), { flags: ['Secret'] });
      expect((await olaf.ok('NOOP')).untagged).toEqual([]);
      await karen.ok('UNSELECT');
      await olaf.ok('UNSELECT');
    });

    it('leaves a mailbox without l and without anything visible below as missing as it is when off', async () => {
      await karen.ok('CREATE Hidden/deep');
      await share(karen, 'Hidden', 'olaf', 'rswipkxtea');
      for (const name of [
        '#users/karen/Hidden',
        '#users/karen/Missing',
        '#users/nobody',
        '#users/nobody/x',
        '#other',
      ]) {
        expect(await olaf.command(`SELECT ${name}`)).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
        expect(await attributes(olaf, `LIST "" ${name}`)).toEqual([]);
      }
    });

    it('takes a level away, also from the session that has it selected, with the last thing below it', async () => {
      await karen.ok('CREATE Once/only');
      await share(karen, 'Once/only', 'olaf', 'lr');
      await olaf.ok('SELECT #users/karen/Once');
      await share(karen, 'Once/only', 'olaf', '');
      expect((await olaf.ok('NOOP')).untagged).toEqual([expect.stringMatching(/^\* NO \[NONEXISTENT\] /)]);
      await olaf.ok('CLOSE');
      expect(await olaf.command('SELECT #users/karen/Once')).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
    });

    it('turns a level into the mailbox it is once that is shared, with another UIDVALIDITY', async () => {
      await karen.ok('CREATE Later/now');
      await share(karen, 'Later/now', 'olaf', 'lr');
      const level = await olaf.ok('EXAMINE #users/karen/Later');
      await share(karen, 'Later', 'olaf', 'lr');
      const mailbox = await olaf.ok('EXAMINE #users/karen/Later');
      expect(toldOf(mailbox, 'UIDVALIDITY')).not.toBe(toldOf(level, 'UIDVALIDITY'));
      await olaf.ok('UNSELECT');
    });
  });
});
