import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from '../store/data-lock.ts';
import { CommandLine } from './testing.ts';

let mailroom: CommandLine;
beforeEach(async () => {
  mailroom = await CommandLine.make();
});
afterEach(() => mailroom.remove());

const subcommands = [
  'serve',
  'user add',
  'user list',
  'user passwd',
  'user disable',
  'user enable',
  'user rename',
  'user quota',
  'user delete',
  'group list',
  'group add',
  'group members',
  'group rename',
  'group delete',
  'share list',
  'share mailboxes',
  'share set',
  'share effective',
  'public list',
  'public add',
  'public rename',
  'public delete',
  'public set',
  'public effective',
  'service list',
  'service start',
  'service stop',
  'service restart',
  'sessions list',
  'sessions kick',
  'limits',
  'refusals',
  'lockouts list',
  'lockouts unlock',
  'access list',
  'access test',
  'access import',
  'certificate show',
  'certificate import',
  'certificate authority make',
  'certificate authority show',
  'certificate authority save',
  'certificate renew',
  'administrator passwd',
  'log',
  'import',
  'export',
  'settings list',
  'settings get',
  'settings set',
  'settings reset',
  'check',
  'compact',
];

describe('calling the command', () => {
  it.each(subcommands)('%s --help says how, where the data is, and is no failure', async (name) => {
    const { code, out, err } = await mailroom.run([...name.split(' '), '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^Usage: mailroom ${name}`));
    expect(out).toContain('--data <dir>');
  });

  it.each([
    [['nonsense'], /unknown command/],
    [['user'], /Usage: mailroom user/],
    [['user', 'add'], /missing required argument 'name'/],
    [['user', 'add', 'karen', 'olaf'], /too many arguments/],
    [['user', 'list', '--loudly'], /unknown option/],
    [['user', 'delete', 'karen'], /--delete-mail or --keep-mail/],
    [['user', 'delete', 'karen', '--delete-mail', '--keep-mail'], /--delete-mail or --keep-mail/],
    [['settings', 'set', 'imap4.general.autoLogout'], /missing required argument 'value'/],
    [
      ['settings', 'set', 'imap4.general.autoLogout', '60', 'imap4.general.enabled'],
      /enabled has no value.*settings reset/,
    ],
    [['settings', 'set', 'quota.messages', '1', 'quota.messages', '2'], /quota.messages is named twice/],
    [['user', 'quota', 'karen', '--storage', 'much'], /whole number/],
    [['user', 'quota', 'karen', '--storage', '5', '--default'], /either --default or/],
    [['group', 'members', 'sales', 'karen', '--add', 'olaf'], /all members, or use --add/],
    [['service', 'stop', 'pop3'], /Allowed choices are imap4/],
    [['sessions', 'kick', 'karen'], /A session has a number/],
    [['log', '-n', '0'], /1 to 2000/],
    [['serve', '--imap-port', '70000'], /0 to 65535/],
    [['export', 'karen', 'INBOX', 'somewhere'], /--format mbox/],
    [['export', 'karen', 'INBOX', 'x.mbox', '--format', 'zip'], /mbox, maildir, eml/],
  ])('%j is a wrong call: exit code 2, told on stderr, nothing made', async (args, told) => {
    const { code, out, err } = await mailroom.run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(told);
    expect(await readdir(mailroom.folder)).toEqual([]);
  });

  it.each([
    [['user', 'list'], /no data folder .*--data/],
    [['user', 'passwd', 'karen'], /no data folder/],
    [['export', 'karen', 'INBOX', 'x.mbox'], /no data folder/],
    [['settings', 'list'], /no data folder/],
    [['share', 'list'], /no data folder/],
    [['sessions'], /no data folder/],
    [['check'], /no data folder/],
    [['compact'], /no data folder/],
  ])('%j on a data folder that is not there makes none', async (args, told) => {
    const { code, err } = await mailroom.run(args);
    expect(code).toBe(1);
    expect(err).toMatch(told);
    expect(err.trimEnd()).not.toContain('\n');
    expect(await readdir(mailroom.folder)).toEqual([]);
  });

  it('refuses whatever writes while another process has the data folder, and lets people look', async () => {
    await mailroom.must(['user', 'add', 'karen']);
    const lock = await lockDataFolder(mailroom.data);
    try {
      for (const args of [
        ['user', 'add', 'olaf'],
        ['user', 'disable', 'karen'],
        ['user', 'delete', 'karen', '--delete-mail'],
        ['settings', 'set', 'imap4.general.autoLogout', '60'],
        ['check'],
        ['compact'],
        ['import', 'karen', 'INBOX', mailroom.data],
        ['export', 'karen', 'INBOX', mailroom.path('x.mbox')],
      ]) {
        const { code, err } = await mailroom.run(
          args[0] === 'import' ? [...args.slice(0, 3), import.meta.filename] : args,
        );
        expect([args, code]).toEqual([args, 1]);
        expect(err).toMatch(/in use by another Mailroom.*stop/);
      }
      expect(await mailroom.must(['user', 'list'])).toMatch(/^karen +enabled/m);
      expect(await mailroom.must(['settings', 'get', 'imap4.general.autoLogout'])).toBe('30\n');
    } finally {
      lock.release();
    }
  });
});

describe('managing users', () => {
  it('makes up a password, shows it once and keeps it nowhere', async () => {
    const out = await mailroom.must(['user', 'add', 'karen']);
    expect(out).toMatch(/^added karen\npassword: [a-z0-9]{4}(-[a-z0-9]{4}){3}\n$/);
    expect(await mailroom.must(['user', 'passwd', 'karen'])).toMatch(/^changed the password of karen\npassword: /);
  });

  it('asks at a terminal for a password, twice and unseen: what is typed wrong once is found', async () => {
    const add = ['user', 'add', 'karen', '--password-stdin'];
    expect(await mailroom.run(add, '', ['a good secret', 'a god secret'])).toMatchObject({
      code: 1,
      err: 'mailroom: The two passwords differ: nothing was changed\n',
    });
    expect(await mailroom.run(add, '', ['a good secret', 'a good secret'])).toEqual({
      code: 0,
      out: 'added karen\n',
      err: '',
    });
  });

  it('tells of a blank at the end of a password, which cmd sends along: nobody would type it', async () => {
    const { code, err } = await mailroom.run(['user', 'add', 'karen', '--password-stdin'], 'a good secret \r\n');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/ends with a blank.*echo SECRET\|mailroom/) });
  });

  it('prints JSON in ASCII, so that every shell reads it as it is', async () => {
    await mailroom.must(['user', 'add', 'jürgen.groß', '--password-stdin'], 'a good secret');
    const json = await mailroom.must(['user', 'list', '--json']);
    expect(json).toMatch(/^[\n\x20-\x7e]+$/);
    expect(JSON.parse(json)).toMatchObject([{ name: 'jürgen.groß' }]);
  });

  it('takes a password from standard input and does not repeat it', async () => {
    expect(await mailroom.must(['user', 'add', 'karen', '--password-stdin'], 'a good secret\r\n')).toBe(
      'added karen\n',
    );
    const { code, err } = await mailroom.run(['user', 'passwd', 'karen', '--password-stdin'], '\n');
    expect(code).toBe(1);
    expect(err).toContain('standard input');
  });

  it('shows who is locked out', async () => {
    await mailroom.must(['user', 'add', 'karen']);
    expect(await mailroom.must(['user', 'disable', 'KAREN'])).toBe('disabled KAREN\n');
    expect(await mailroom.must(['user', 'list'])).toMatch(/^NAME +STATE +SINCE .*\nkaren +disabled +\d{4}-\d\d-\d\d /);
    expect(await mailroom.must(['user', 'enable', 'karen'])).toBe('enabled karen\n');
    expect(await mailroom.must(['user', 'list'])).toContain('enabled');
  });

  it.each([
    ['passwd', []],
    ['disable', []],
    ['enable', []],
    ['delete', ['--keep-mail']],
  ])('%s of nobody fails in one line', async (verb, options) => {
    await mailroom.must(['user', 'add', 'karen']);
    const { code, err } = await mailroom.run(['user', verb, 'olaf', ...options]);
    expect(code).toBe(1);
    expect(err).toMatch(/^mailroom: .*olaf.*\n$/);
  });

  it('keeps or deletes the mail of a deleted user as it was told', async () => {
    for (const name of ['karen', 'olaf', 'without.mail']) await mailroom.must(['user', 'add', name]);
    for (const name of ['karen', 'olaf']) await mailroom.must(['export', name, 'INBOX', mailroom.path(`${name}.mbox`)]);
    expect(await readdir(join(mailroom.data, 'mail'))).toHaveLength(2);
    expect(await mailroom.must(['user', 'delete', 'karen', '--keep-mail'])).toContain(join(mailroom.data, 'mail'));
    expect(await readdir(join(mailroom.data, 'mail'))).toHaveLength(2);
    expect(await mailroom.must(['user', 'delete', 'olaf', '--delete-mail'])).toBe('deleted olaf and all mail\n');
    expect(await readdir(join(mailroom.data, 'mail'))).toHaveLength(1);
    await mailroom.must(['user', 'delete', 'without.mail', '--delete-mail']);
    expect(await mailroom.must(['user', 'list'])).not.toMatch(/karen|olaf|without/);
  });
});

describe('settings', () => {
  it('keeps what was set, marks it, and goes back to the default', async () => {
    const key = 'imap4.general.autoLogout';
    await mailroom.must(['settings', 'set', key, '45']);
    expect(await mailroom.must(['settings', 'get', key])).toBe('45\n');
    expect(await mailroom.must(['settings', 'list'])).toMatch(
      /^\* +imap4\.general\.autoLogout +45 +30 +minutes +Auto-logout after$/m,
    );
    await mailroom.must(['settings', 'reset', key]);
    expect(await mailroom.must(['settings', 'get', key])).toBe('30\n');
  });

  it.each([
    [['get', 'imap4.general.autologout'], /autoLogout/],
    [['set', 'imap4.general.autoLogout', '5'], /30 to 1440/],
    [['set', 'imap4.general.enabled', 'maybe'], /on or off/],
  ])('%j is refused with what would do', async (args, told) => {
    await mailroom.must(['user', 'add', 'karen']);
    const { code, err } = await mailroom.run(['settings', ...args]);
    expect(code).toBe(1);
    expect(err).toMatch(told);
  });
});
