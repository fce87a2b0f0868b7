import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smallMessage, toldOf } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { outcomeOf, share } from '../support/sharing.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const KiB = 1024;

/** A message of exactly so many octets. */
function sized(octets: number): Buffer {
  const head = 'Subject: large\r\n\r\n';
  return Buffer.from(head + 'x'.repeat(octets - head.length));
}

describe('QUOTA', () => {
  let server: TestServer;
  let karen: RawImap;
  let olaf: RawImap;

  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client(KAREN);
    olaf = await server.client(OLAF);
  });
  /** Both users without mail and without limits; Karen's Sent is open to Olaf. */
  beforeEach(async () => {
    for (const [client, { name }] of [
      [karen, KAREN],
      [olaf, OLAF],
    ] as const) {
      await limit(name, undefined);
      for (const mailbox of ['INBOX', 'Sent', 'Archive']) {
        await client.ok(`SELECT ${mailbox}`);
        await client.ok('UID STORE 1:* +FLAGS.SILENT (\\Deleted)');
        await client.ok('CLOSE');
      }
    }
    await share(karen, 'Sent', 'olaf', 'lrswite');
  });
  afterAll(() => server.stop());

  async function limit(name: string, quota: { octets?: number; messages?: number } | undefined): Promise<void> {
    const given = quota && { octets: quota.octets ?? 0, messages: quota.messages ?? 0 };
    expect(await server.server.admin.call('users.setQuota', { name, quota: given })).toMatchObject({ ok: true });
  }
  const quotaOf = async (client: RawImap, root: string) => (await client.ok(`GETQUOTA ${root}`)).untagged[0];

  it.each([
    'GETQUOTA',
    'GETQUOTA ',
    'GETQUOTA user/karen x',
    'GETQUOTA (user/karen)',
    'GETQUOTA "user/karen',
    'GETQUOTAROOT',
    'GETQUOTAROOT ',
    'GETQUOTAROOT INBOX x',
    'GETQUOTAROOT IN*BOX',
    // limits are the administrator's: without QUOTASET the command is an unknown one (RFC 9208 section 4.1.3)
    'SETQUOTA user/karen (STORAGE 10)',
    'STATUS INBOX (DELETED-STORAGES)',
  ])('answers BAD to the malformed or unknown %j', async (line) => {
    expect((await karen.command(line)).status).toBe('BAD');
  });

  it('advertises the resources it has, and not that they can be set', async () => {
    const words = (await karen.ok('CAPABILITY')).untagged[0]!.split(' ');
    expect(words).toEqual(expect.arrayContaining(['QUOTA', 'QUOTA=RES-STORAGE', 'QUOTA=RES-MESSAGE']));
    expect(words).not.toContain('QUOTASET');
    const stranger = await server.connect();
    expect((await stranger.command('GETQUOTAROOT INBOX')).status).toBe('BAD');
    stranger.destroy();
  });

  it('has one root for all of a user’s mailboxes, those still to be made, too', async () => {
    await limit('karen', { octets: 100 * KiB, messages: 50 });
    await karen.append('Sent', sized(KiB + 1));
    for (const name of ['INBOX', 'Sent', 'Not/yet/there']) {
      expect((await karen.ok(`GETQUOTAROOT ${name}`)).untagged).toEqual([
        `* QUOTAROOT ${name} user/karen`,
        '* QUOTA user/karen (STORAGE 2 100 MESSAGE 1 50)',
      ]);
    }
  });

  it('tells the resources that are limited, and of no quota where none is: RFC 9208 has no empty list', async () => {
    expect((await karen.ok('GETQUOTAROOT INBOX')).untagged).toEqual(['* QUOTAROOT INBOX']);
    expect((await karen.ok('GETQUOTAROOT #users/olaf/INBOX').catch(() => ({ untagged: [] }))).untagged).toEqual([]);
    expect(outcomeOf(await karen.command('GETQUOTA user/karen'))).toBe('NONEXISTENT');
    await limit('karen', { messages: 3 });
    expect(await quotaOf(karen, 'user/karen')).toBe('* QUOTA user/karen (MESSAGE 0 3)');
    await limit('karen', { octets: 10 * KiB + 1023 });
    expect(await quotaOf(karen, '"user/KAREN"')).toMatch(/^\* QUOTA user\/KAREN \(STORAGE 0 10\)$/);
  });

  it('counts every message, wherever it lies and whoever brought it, until it is expunged', async () => {
    await limit('karen', { octets: 100 * KiB, messages: 50 });
    await karen.append('INBOX', sized(2 * KiB));
    await olaf.append('#users/karen/Sent', sized(3 * KiB));
    await karen.ok('SELECT INBOX');
    await karen.ok('COPY 1 Archive');
    expect(await quotaOf(karen, 'user/karen')).toBe('* QUOTA user/karen (STORAGE 7 100 MESSAGE 3 50)');
    await karen.ok('STORE 1 +FLAGS (\\Deleted)');
    await karen.ok('EXPUNGE');
    expect(await quotaOf(karen, 'user/karen')).toBe('* QUOTA user/karen (STORAGE 5 100 MESSAGE 2 50)');
  });

  it('tells others only what they may read, and nobody whether a root is another’s or nobody’s', async () => {
    await limit('karen', { messages: 5 });
    expect((await olaf.ok('GETQUOTAROOT #users/karen/Sent')).untagged).toEqual([
      '* QUOTAROOT #users/karen/Sent user/karen',
      '* QUOTA user/karen (MESSAGE 0 5)',
    ]);
    await share(karen, 'Sent', 'olaf', 'li');
    expect(outcomeOf(await olaf.command('GETQUOTAROOT #users/karen/Sent'))).toBe('NOPERM');
    const [theirs, nobodys] = [await olaf.command('GETQUOTA user/karen'), await olaf.command('GETQUOTA user/nobody')];
    expect(theirs).toMatchObject({ status: 'NO', code: 'NONEXISTENT', untagged: [] });
    expect(nobodys).toMatchObject({ status: 'NO', code: 'NONEXISTENT', text: theirs.text, untagged: [] });
    expect(outcomeOf(await olaf.command('GETQUOTAROOT #users/karen/INBOX'))).toBe('NONEXISTENT');
  });

  it('refuses with OVERQUOTA what would go beyond, and takes nothing of it', async () => {
    await limit('karen', { octets: 10 * KiB });
    expect((await karen.append('INBOX', sized(6 * KiB))).status).toBe('OK');
    expect(await karen.append('INBOX', sized(4 * KiB + 1))).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    const several = [{ bytes: sized(2 * KiB) }, { bytes: sized(3 * KiB) }];
    expect(await karen.appendMany('INBOX', several)).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    expect((await karen.append('INBOX', sized(4 * KiB))).status).toBe('OK');
    await karen.ok('SELECT INBOX');
    expect(await karen.command('COPY 1 Archive')).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    expect(await karen.command('UID COPY 1:* Archive')).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    expect((await karen.ok('STATUS Archive (MESSAGES)')).untagged).toEqual(['* STATUS Archive (MESSAGES 0)']);
    // moving inside the account makes it no larger
    await karen.ok('MOVE 1 Archive');
    expect(toldOf(await karen.ok('STATUS Archive (MESSAGES)'), 'MESSAGES')).toBe('1');
  });

  it('limits the number of messages in the same way', async () => {
    await limit('karen', { messages: 2 });
    await karen.append('INBOX', smallMessage(1));
    await karen.append('INBOX', smallMessage(2));
    expect(await karen.append('INBOX', smallMessage(3))).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    await karen.ok('SELECT INBOX');
    expect(await karen.command('COPY 2 Sent')).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    await karen.ok('STORE 1 +FLAGS (\\Deleted)');
    await karen.ok('EXPUNGE');
    expect((await karen.append('INBOX', smallMessage(3))).status).toBe('OK');
  });

  it('is the owner’s: what is brought into his mailbox by others counts for him, and not for them', async () => {
    await limit('karen', { messages: 1 });
    await limit('olaf', { messages: 2 });
    await olaf.append('INBOX', smallMessage(1));
    await olaf.append('INBOX', smallMessage(2));
    await olaf.ok('SELECT INBOX');
    await olaf.ok('COPY 1 #users/karen/Sent');
    expect(await olaf.command('COPY 2 #users/karen/Sent')).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    expect(await olaf.command('MOVE 2 #users/karen/Sent')).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    expect(await olaf.append('#users/karen/Sent', smallMessage(3))).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    expect(toldOf(await olaf.ok('STATUS INBOX (MESSAGES)'), 'MESSAGES')).toBe('2');
    await olaf.ok('SELECT #users/karen/Sent');
    expect(await olaf.command('MOVE 1 Archive')).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
    expect(toldOf(await karen.ok('STATUS Sent (MESSAGES)'), 'MESSAGES')).toBe('1');
  });

  it('holds for open sessions from the moment it is set', async () => {
    await karen.append('INBOX', smallMessage(1));
    await limit('karen', { messages: 1 });
    expect((await karen.append('INBOX', smallMessage(2))).code).toBe('OVERQUOTA');
    await limit('karen', undefined);
    expect((await karen.append('INBOX', smallMessage(2))).status).toBe('OK');
  });

  it('says what EXPUNGE would free: DELETED and DELETED-STORAGE (RFC 9208 section 4.1.4)', async () => {
    await karen.append('INBOX', sized(300), { flags: ['\\Deleted'] });
    await karen.append('INBOX', sized(5000));
    await karen.append('INBOX', sized(41), { flags: ['\\Deleted', '\\Seen'] });
    expect((await karen.ok('STATUS INBOX (MESSAGES DELETED DELETED-STORAGE)')).untagged).toEqual([
      '* STATUS INBOX (MESSAGES 3 DELETED 2 DELETED-STORAGE 341)',
    ]);
  });

  describe('at login', () => {
    /** The alerts of a login with so many of ten messages used. */
    async function alertsAt(used: number, method: 'LOGIN' | 'AUTHENTICATE' = 'LOGIN'): Promise<string[]> {
      for (let number = 0; number < used; number++) await karen.append('INBOX', smallMessage(number));
      await limit('karen', { messages: 10 });
      const client = await server.connect();
      const initial = Buffer.from(`\0${KAREN.name}\0${KAREN.password}`).toString('base64');
      const { untagged } =
        method === 'LOGIN'
          ? await client.login(KAREN.name, KAREN.password)
          : await client.ok(`AUTHENTICATE PLAIN ${initial}`);
      await client.logout();
      return untagged;
    }

    it.each([
      [7, undefined],
      [8, 'coming close'],
      [9, 'almost at its limit'],
      [10, 'reached its limit'],
    ])('with %d of 10 messages there is: %s', async (used, warning) => {
      const alerts = await alertsAt(used);
      if (warning === undefined) expect(alerts).toEqual([]);
      else expect(alerts).toEqual([expect.stringContaining(`${warning}`)]);
      for (const alert of alerts) expect(alert).toMatch(/^\* OK \[ALERT\] .*\(\d+ % used\)$/);
    });

    it('warns whoever logs in with SASL as well', async () => {
      expect(await alertsAt(9, 'AUTHENTICATE')).toEqual([expect.stringMatching(/^\* OK \[ALERT\] /)]);
    });

    it('lets a user in who is far beyond his limit: how else could he delete anything', async () => {
      await karen.append('INBOX', sized(50 * KiB));
      await limit('karen', { octets: KiB });
      const client = await server.connect();
      const { untagged } = await client.login(KAREN.name, KAREN.password);
      expect(untagged).toEqual([expect.stringContaining('reached its limit')]);
      await client.ok('SELECT INBOX');
      await client.ok('STORE 1 +FLAGS (\\Deleted)');
      await client.ok('EXPUNGE');
      await client.logout();
    });
  });
});
