import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '../../core/cli/testing.ts';
import { type AdministeredServer, startAdministeredServer } from '../support/admin.ts';
import { KAREN, OLAF } from '../support/test-server.ts';

/**
 * The same commands on a data folder that a server has and on one that none has: what is said and done may not depend
 * on it, or scripts break when somebody starts the server.
 */
const ways = ['through a server', 'on the files'] as const;

describe.each(ways)('administering %s', (way) => {
  let server: AdministeredServer | undefined;
  let mailroom: CommandLine;
  beforeAll(async () => {
    if (way === 'through a server') {
      server = await startAdministeredServer();
      mailroom = await CommandLine.on(server.data);
    } else {
      mailroom = await CommandLine.make();
      for (const { name, password } of [KAREN, OLAF]) {
        await mailroom.must(['user', 'add', name, '--password-stdin'], password);
      }
    }
  });
  afterAll(async () => {
    await server?.stop();
    await mailroom.remove();
  });

  /** Every call that fails, what it says. */
  const refusal = async (...args: string[]) => {
    const { code, out, err } = await mailroom.run(args);
    expect({ args, code, out }).toEqual({ args, code: 1, out: '' });
    return err;
  };

  it('changes settings, several at once, and none when one is wrong', async () => {
    const [logout, size] = ['imap4.general.autoLogout', 'imap4.general.maxMessageSize'];
    await mailroom.must(['settings', 'set', logout, '60', size, '50']);
    expect(await mailroom.must(['settings', 'get', size])).toBe('50\n');
    expect(await mailroom.must(['settings', 'list'])).toMatch(/^\* +imap4\.general\.autoLogout +60 +30 +minutes /m);
    expect(await refusal('settings', 'set', size, '60', logout, '5')).toMatch(/30 to 1440.*for example: 30\n$/);
    expect(await mailroom.must(['settings', 'get', size])).toBe('50\n');
    await mailroom.must(['settings', 'reset', logout, size]);
    const listed = JSON.parse(await mailroom.must(['settings', 'list', '--json'])) as {
      isDefault: boolean;
      key: string;
    }[];
    expect(listed.find(({ key }) => key === size)).toMatchObject({ value: 100, isDefault: true, unit: 'MiB' });
  });

  it('adds, renames and lists users, and says what is wrong with a name', async () => {
    expect(await mailroom.must(['user', 'add', 'anna', '--password-stdin'], 'annas secret 3')).toBe('added anna\n');
    expect(await refusal('user', 'add', 'Anna')).toMatch(/There is a user anna already; choose another name\n$/);
    expect(await refusal('user', 'add', '../up')).toMatch(/no user name: use letters/);
    expect(await mailroom.must(['user', 'rename', 'anna', 'ann'])).toBe('renamed anna to ann\n');
    expect(await refusal('user', 'rename', 'anna', 'anne')).toMatch(
      /no user "anna": "mailroom user list" shows all\n$/,
    );
    expect(await mailroom.must(['user', 'list'])).toMatch(/^ann +enabled +\d{4}-\d\d-\d\d +0 /m);
    expect(await mailroom.must(['user', 'delete', 'ann', '--delete-mail'])).toBe('deleted ann and all mail\n');
    const names = (JSON.parse(await mailroom.must(['user', 'list', '--json'])) as { name: string }[]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(expect.arrayContaining(['karen', 'olaf']));
    expect(names).not.toContain('ann');
  });

  it('gives a user a quota of his own and takes it away', async () => {
    expect(await mailroom.must(['user', 'quota', 'karen'])).toMatch(
      /storage .* without limit.*the quota of the settings/,
    );
    await mailroom.must(['user', 'quota', 'karen', '--storage', '2048']);
    await mailroom.must(['user', 'quota', 'karen', '--messages', '1000']);
    expect(await mailroom.must(['user', 'quota', 'KAREN'])).toMatch(
      /^KAREN: storage \S+( B)? of 2\.0 GiB, messages \S+ of 1000 \(its own quota\)\n$/,
    );
    await mailroom.must(['user', 'quota', 'karen', '--default']);
    expect(await mailroom.must(['user', 'quota', 'karen'])).toContain('the quota of the settings');
    expect(await refusal('user', 'quota', 'nobody')).toContain('"mailroom user list" shows all');
  });

  it('keeps groups, whose members may be named in any case', async () => {
    expect(await mailroom.must(['group', 'add', 'sales', 'karen'])).toBe('added sales\n');
    expect(await mailroom.must(['group', 'members', 'sales', '--add', 'Olaf'])).toBe('karen\nolaf\n');
    expect(await mailroom.must(['group', 'members', 'SALES', '--remove', 'KAREN'])).toBe('olaf\n');
    expect(await mailroom.must(['group', 'members', 'sales', 'karen', 'olaf'])).toBe('karen\nolaf\n');
    expect(await mailroom.must(['group', 'rename', 'sales', 'shop'])).toBe('renamed sales to shop\n');
    expect(await mailroom.must(['group', 'list'])).toBe('NAME  MEMBERS\nshop  karen, olaf\n');
    expect(await refusal('group', 'members', 'sales')).toMatch(/no group "sales": "mailroom group list" shows all\n$/);
    expect(await refusal('group', 'add', 'board', 'nobody')).toContain('"mailroom user list" shows all');
    expect(JSON.parse(await mailroom.must(['group', 'list', '--json']))).toEqual([
      { name: 'shop', members: ['karen', 'olaf'] },
    ]);
    expect(await mailroom.must(['group', 'delete', 'shop'])).toBe('deleted shop\n');
  });

  it("shares mailboxes and public folders, by a preset's name or by letters", async () => {
    await mailroom.must(['group', 'add', 'staff', 'olaf']);
    expect(await mailroom.must(['public', 'add', 'Projects/2026'])).toBe('added Projects/2026\n');
    expect(await mailroom.must(['public', 'set', 'Projects/2026', '$staff', 'edit'])).toContain('lrswipte');
    expect(await mailroom.must(['public', 'effective', 'Projects/2026', 'olaf'])).toBe('lrswipte\n');
    expect(await mailroom.must(['share', 'set', 'karen', 'inbox', 'olaf', 'lrs'])).toBe('olaf has lrs on INBOX\n');
    expect(await mailroom.must(['share', 'set', 'karen', 'INBOX', '--', '-olaf', 's'])).toBe('-olaf has s on INBOX\n');
    expect(await mailroom.must(['share', 'set', 'karen', 'Sent', 'olaf', 'i'])).toMatch(
      /^without l .*\nolaf has i on Sent\n$/,
    );
    await mailroom.must(['share', 'set', 'karen', 'Sent', 'olaf', 'none']);
    expect(await mailroom.must(['share', 'effective', 'karen', 'INBOX', 'olaf'])).toBe('lr\n');
    expect(await mailroom.must(['share', 'list'])).toMatch(/^\(public\) +Projects\/2026 +\$staff +lrswipte$/m);
    expect(await mailroom.must(['share', 'list'])).toMatch(/^karen +INBOX +olaf +lrs$/m);
    expect(await mailroom.must(['share', 'mailboxes', 'karen'])).toMatch(/^INBOX$/m);
    expect(await mailroom.must(['public', 'rename', 'Projects/2026', 'Plans'])).toBe(
      'renamed Projects/2026 to Plans\n',
    );
    expect(await mailroom.must(['public', 'list'])).toMatch(/^Plans +\$staff +lrswipte$/m);
    expect(await mailroom.must(['share', 'set', 'karen', 'INBOX', 'olaf', 'none'])).toContain('no rights');
    expect(await mailroom.must(['public', 'delete', 'Plans'])).toBe('deleted Plans\n');
    expect(await refusal('public', 'delete', 'Plans')).toMatch(/"Plans": "mailroom public list" shows all\n$/);
    expect(await refusal('share', 'set', 'karen', 'Nowhere', 'olaf', 'read')).toMatch(
      /"mailroom share mailboxes USER" shows/,
    );
    expect(await refusal('share', 'set', 'nobody', 'INBOX', 'olaf', 'read')).toMatch(/"mailroom user list" shows/);
    expect(await refusal('share', 'set', 'karen', 'INBOX', 'olaf', 'xyz')).toMatch(/none, read, mark, edit, full/);
  });

  it('reads access rules of the old form, all or none, and says what they mean for whom', async () => {
    const file = mailroom.path('rules.txt');
    const rules = '# karen stays out\n!192.168.17.0 255.255.255.0 karen\n192.168.0.0 255.255.0.0\n';
    await writeFile(file, `\ufeff${rules}`, 'utf16le'); // as PowerShell saves
    const lines = 'deny 192.168.17.0/24 karen\nallow 192.168.0.0/16\n';
    expect(await mailroom.must(['access', 'import', file, '--dry-run'])).toBe(`${lines}read 2 lines\n`);
    expect(await mailroom.must(['access', 'test', '10.1.2.3'])).toMatch(/^allowed: /);
    expect(await mailroom.must(['access', 'import', file])).toBe(`${lines}2 lines hold from now on\n`);
    const refused = await mailroom.run(['access', 'test', '192.168.17.4', 'Karen']);
    expect(refused).toEqual({ code: 1, out: 'refused: Line 1 decides: deny 192.168.17.0/24 karen\n', err: '' });
    expect(await mailroom.must(['access', 'test', '192.168.17.4', 'olaf'])).toMatch(/^allowed: Line 2/);
    await writeFile(file, '!192.168.17.0 255.0.255.0\n');
    expect(await refusal('access', 'import', file)).toMatch(/Line 1: 255.0.255.0 is no netmask/);
    expect(await mailroom.must(['access', 'list'])).toMatch(/^1 +deny 192\.168\.17\.0\/24 karen$/m);
    expect(JSON.parse(await mailroom.must(['access', 'list', '--json']))).toHaveLength(2);
    await mailroom.must(['settings', 'reset', 'imap4.access.rules']);
  });

  it('replaces the certificate by a sound one only', async () => {
    await mailroom.must(['certificate', 'renew']);
    const before = await mailroom.must(['certificate', 'show']);
    expect(before).toMatch(/^Issuer +itself \(self-signed\)$/m);
    await writeFile(mailroom.path('wrong.pem'), 'no certificate');
    expect(await refusal('certificate', 'import', mailroom.path('wrong.pem'), mailroom.path('wrong.pem'))).toMatch(
      /PEM/,
    );
    expect(await mailroom.must(['certificate', 'show'])).toBe(before);
    expect(await refusal('certificate', 'authority', 'show')).toMatch(/authority make/);
    expect(await mailroom.must(['certificate', 'authority', 'make'])).toMatch(/SHA-256 /);
    expect(await mailroom.must(['certificate', 'show'])).toMatch(/the office's own authority/);
    const [root, profile] = [mailroom.path('root.crt'), mailroom.path('root.mobileconfig')];
    for (const file of [root, profile]) await mailroom.must(['certificate', 'authority', 'save', file]);
    expect(await readFile(root, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(await readFile(profile, 'utf8')).toContain('com.apple.security.root');
    expect(await refusal('certificate', 'authority', 'save', root)).toMatch(/is there already/);
    expect(await mailroom.must(['certificate', 'renew'])).not.toBe(before);
    const info = JSON.parse(await mailroom.must(['certificate', 'show', '--json'])) as object;
    expect(info).toMatchObject({ selfSigned: true, validTo: expect.any(Number) as number });
  });

  it('sets the password of the administrator, but no weak one', async () => {
    expect(await mailroom.must(['administrator', 'passwd'])).toMatch(/^changed .*\npassword: \S+\n$/);
    const { code, err } = await mailroom.run(['administrator', 'passwd', '--password-stdin'], 'short\n');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/at least \d+ characters/) as string });
  });
});

describe('what is about a running server', () => {
  it.each([
    [['sessions']],
    [['stop']],
    [['sessions', 'kick', '1']],
    [['limits']],
    [['refusals']],
    [['lockouts']],
    [['lockouts', 'unlock', '192.168.1.7']],
    [['service', 'list']],
    [['service', 'stop', 'imap4']],
    [['log']],
    [['log', '--follow']],
  ])('%j without one says so, and what to do, in one line', async (args) => {
    const mailroom = await CommandLine.make();
    try {
      await mailroom.must(['settings', 'reset', 'quota.messages']);
      const { code, out, err } = await mailroom.run(args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(
        /^mailroom: This is about a running server, and none runs on .*: (start it with|the log of)[^\n]*\n$/,
      );
    } finally {
      await mailroom.remove();
    }
  });

  it('shows sessions, refusals, lock-outs and limits, for people and for programs', async () => {
    const server = await startAdministeredServer();
    const mailroom = await CommandLine.on(server.data);
    try {
      server.server.settings.set('imap4.advanced.concurrentLoginsPerUser', 1);
      const client = await server.client(KAREN);
      await client.command('SELECT INBOX');
      const other = await server.connect();
      expect((await other.command('LOGIN karen "karens secret 1"')).code).toBe('LIMIT');
      for (const wrong of ['wrong 1', 'wrong 2', 'wrong 3']) {
        const guesser = await server.connect();
        await guesser.command(`LOGIN olaf "${wrong}"`);
      }
      expect(await mailroom.must(['sessions'])).toMatch(
        /^\d+ +karen +127\.0\.0\.1 +- +selected +INBOX +\d+ s .* SELECT$/m,
      );
      expect(await mailroom.must(['limits'])).toMatch(/^user +karen +1 +1$/m);
      expect(await mailroom.must(['limits'])).toMatch(/Highest of 7 days: one user 1 \(karen, /);
      expect(await mailroom.must(['refusals'])).toMatch(/userLimit +karen +127\.0\.0\.1 +karen@127\.0\.0\.1 /);
      expect(await mailroom.must(['lockouts'])).toMatch(/^127\.0\.0\.1 +olaf +.* 3 wrong passwords$/m);
      expect(await mailroom.must(['user', 'list'])).toMatch(/^olaf +locked from 127\.0\.0\.1 /m);
      expect(await mailroom.must(['lockouts', 'unlock', '127.0.0.1', 'olaf'])).toBe('unlocked olaf from 127.0.0.1\n');
      expect(await mailroom.must(['lockouts', '--json'])).toBe('[]\n');
      expect(JSON.parse(await mailroom.must(['sessions', '--json']))).toContainEqual(
        expect.objectContaining({ user: 'karen', state: 'selected', mailbox: 'INBOX' }),
      );
      expect(JSON.parse(await mailroom.must(['refusals', '--json']))).toContainEqual(
        expect.objectContaining({ reason: 'userLimit', limit: 1 }),
      );
      const { err } = await mailroom.run(['sessions', 'kick', '4711']);
      expect(err).toMatch(/no session 4711 .*"mailroom sessions" shows all\n$/);
    } finally {
      await server.stop();
      await mailroom.remove();
    }
  });
});
