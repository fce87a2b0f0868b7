import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listedNames, smallMessage } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { outcomeOf, share } from '../support/sharing.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

describe('what is shared and withdrawn', () => {
  let server: TestServer;
  let karen: RawImap;
  let olaf: RawImap;
  let name: string;
  let shown: string;
  let last = 0;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client(KAREN);
    olaf = await server.client(OLAF);
  });
  afterAll(() => server.stop());

  /** A mailbox of Karen's with three messages; nothing of it is shared yet. */
  beforeEach(async () => {
    name = `box${++last}`;
    shown = `#users/karen/${name}`;
    await karen.ok(`CREATE ${name}`);
    for (let number = 1; number <= 3; number++) await karen.append(name, smallMessage(number));
  });

  /** Mailboxes of it; levels that only hold others are none. */
  const visible = async () => {
    const { untagged, ...rest } = await olaf.ok('LIST "" *');
    const mailboxes = untagged.filter((line) => !line.includes('\\NonExistent'));
    return listedNames({ ...rest, untagged: mailboxes }).filter((each) => each.startsWith(shown));
  };

  it('shows in the other’s LIST with the very next command, and is gone as quickly', async () => {
    expect(await visible()).toEqual([]);
    await share(karen, name, 'olaf', 'lr');
    expect(await visible()).toEqual([shown]);
    await karen.ok(`CREATE ${name}/below`);
    expect(await visible()).toEqual([shown, `${shown}/below`]);
    await share(karen, name, 'olaf', 'r');
    expect(await visible()).toEqual([`${shown}/below`]);
    await karen.ok(`RENAME ${name}/below ${name}/under`);
    expect(await visible()).toEqual([`${shown}/under`]);
    await karen.ok(`DELETE ${name}/under`);
    expect(await visible()).toEqual([]);
  });

  it('takes the levels above with it', async () => {
    const levels = async () =>
      listedNames(await olaf.ok('LIST "" (% #users/%)')).filter((each) => each.startsWith('#'));
    expect(await levels()).toEqual([]);
    await share(karen, name, 'olaf', 'lr');
    expect(await levels()).toEqual(['#users', '#users/karen']);
    await share(karen, name, 'olaf', '');
    expect(await levels()).toEqual([]);
  });

  it('stays in LSUB, where it was subscribed to: the list is the user’s own', async () => {
    await share(karen, name, 'olaf', 'lr');
    await olaf.ok(`SUBSCRIBE ${shown.toUpperCase().replace('#USERS', '#users').replace('BOX', 'box')}`);
    await share(karen, name, 'olaf', '');
    expect(listedNames(await olaf.ok(`LSUB "" ${shown}`))).toEqual([shown]);
    expect((await olaf.ok(`LIST (SUBSCRIBED) "" ${shown}`)).untagged).toEqual([
      `* LIST (\\NonExistent \\HasNoChildren \\Subscribed) "/" ${shown}`,
    ]);
    await olaf.ok(`UNSUBSCRIBE ${shown}`);
    expect(listedNames(await olaf.ok(`LSUB "" ${shown}`))).toEqual([]);
  });

  it.each([
    ['r', 'l', 'NOPERM'],
    ['l', 'r', 'NONEXISTENT'],
    ['everything', '', 'NONEXISTENT'],
  ])('without %s a session that has it selected is told and left with nothing', async (_, rights, outcome) => {
    await share(karen, name, 'olaf', 'lrswte');
    await olaf.ok(`SELECT ${shown}`);
    await olaf.idle();
    await share(karen, name, 'olaf', rights);
    for (const number of [3, 2, 1]) expect(await olaf.expectUntagged(/EXPUNGE/)).toBe(`* ${number} EXPUNGE`);
    const text = await olaf.expectUntagged(/^\* NO /);
    expect(text).toMatch(
      /^\* NO \[NONEXISTENT\] The selected mailbox was deleted, or is not shared with you any more$/,
    );
    await olaf.done();
    // It is an empty mailbox now, as any client can bear it.
    expect((await olaf.ok('NOOP')).untagged).toEqual([]);
    expect((await olaf.ok('UID FETCH 1:* (FLAGS BODY[])')).untagged).toEqual([]);
    expect((await olaf.ok('UID SEARCH ALL')).untagged).toEqual(['* SEARCH']);
    expect((await olaf.command('FETCH 1 BODY[]')).status).toBe('BAD');
    expect((await olaf.command('STORE 1 +FLAGS (\\Seen)')).status).toMatch(/NO|BAD/);
    expect((await olaf.command('UID STORE 1 +FLAGS (\\Seen)')).status).toBe('NO');
    expect((await olaf.command('UID EXPUNGE 1')).status).toBe('NO');
    expect((await olaf.command('EXPUNGE')).status).toBe('NO');
    await olaf.ok('CHECK');
    await olaf.idle();
    await olaf.done();
    await olaf.ok('CLOSE');
    expect(outcomeOf(await olaf.command(`SELECT ${shown}`))).toBe(outcome);
    expect((await karen.ok(`STATUS ${name} (MESSAGES)`)).untagged).toEqual([`* STATUS ${name} (MESSAGES 3)`]);
  });

  it('gives nothing more to a session that may not be told yet (RFC 9051 section 7.5.1): no flags, no date, no content', async () => {
    await share(karen, name, 'olaf', 'lrswte');
    await olaf.ok(`SELECT ${shown}`);
    await share(karen, name, 'olaf', '');
    for (const line of ['FETCH 1 BODY[]', 'FETCH 1:3 (FLAGS INTERNALDATE)', 'STORE 1 +FLAGS (\\Seen)', 'SEARCH ALL']) {
      const reply = await olaf.command(line);
      expect(reply).toMatchObject({ status: 'NO', code: 'NONEXISTENT', untagged: [] });
    }
    const told = await olaf.command('UID FETCH 1 BODY[]');
    expect(told.status).toBe('NO');
    expect(told.untagged.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      '* 3 EXPUNGE',
      '* 2 EXPUNGE',
      '* 1 EXPUNGE',
      '* NO [NONEXISTENT]',
    ]);
    await olaf.ok('UNSELECT');
  });

  it.each(['COPY 1 INBOX', 'UID COPY 1 INBOX', 'MOVE 1 INBOX', 'UID MOVE 1 INBOX', 'EXPUNGE', 'UID SEARCH ALL'])(
    'lets %s do nothing when the mailbox was withdrawn right before',
    async (line) => {
      await share(karen, name, 'olaf', 'lrswte');
      await olaf.ok(`SELECT ${shown}`);
      await share(karen, name, 'olaf', '');
      const before = await olaf.ok('STATUS INBOX (MESSAGES)');
      // whichever comes first: STATUS may tell already
      expect(before.untagged.join()).toContain('MESSAGES');
      await olaf.command(line);
      expect((await olaf.ok('STATUS INBOX (MESSAGES)')).untagged.at(-1)).toBe(before.untagged[0]);
      expect((await karen.ok(`STATUS ${name} (MESSAGES)`)).untagged).toEqual([`* STATUS ${name} (MESSAGES 3)`]);
      await olaf.ok('UNSELECT');
    },
  );

  it('is told to a session of an empty mailbox, too, and to one that examines', async () => {
    await karen.ok(`CREATE ${name}/empty`);
    await share(karen, `${name}/empty`, 'olaf', 'lr');
    await olaf.ok(`EXAMINE ${shown}/empty`);
    await share(karen, `${name}/empty`, 'olaf', '');
    expect((await olaf.ok('NOOP')).untagged).toEqual([expect.stringMatching(/^\* NO \[NONEXISTENT\] /)]);
    expect((await olaf.ok('NOOP')).untagged).toEqual([]);
    await olaf.ok('UNSELECT');
  });

  it('looks the same to the session when the owner deletes the mailbox: no more is told than that it is gone', async () => {
    await share(karen, name, 'olaf', 'lr');
    await olaf.ok(`SELECT ${shown}`);
    await karen.ok(`DELETE ${name}`);
    const { untagged } = await olaf.ok('NOOP');
    expect(untagged).toHaveLength(4);
    expect(untagged.at(-1)).toBe(
      '* NO [NONEXISTENT] The selected mailbox was deleted, or is not shared with you any more',
    );
    await olaf.ok('UNSELECT');
  });

  it('leaves the session of the owner alone', async () => {
    await share(karen, name, 'olaf', 'lr');
    await karen.ok(`SELECT ${name}`);
    await share(karen, name, 'olaf', '');
    expect((await karen.ok('NOOP')).untagged).toEqual([]);
    await karen.ok('FETCH 1 BODY[]');
    await karen.ok('UNSELECT');
  });
});
