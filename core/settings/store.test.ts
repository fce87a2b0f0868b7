import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../base/errors.ts';
import { silentLogger } from '../base/logger.ts';
import type { Patience } from '../base/patiently.ts';
import { openSettings } from './store.ts';

const clock = { now: () => Date.UTC(2026, 1, 3, 4, 5, 6) };

let file: string;
let warnings: string[];

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'mailroom-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  file = join(folder, 'data', 'settings.json');
  warnings = [];
});

const tell = (_: object, message: string) => void warnings.push(message);
const opened = () => openSettings(file, { clock, logger: { ...silentLogger, warn: tell, error: tell } });
const content = () => JSON.parse(readFileSync(file, 'utf8'));
const put = (text: string | Buffer) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

describe('settings', async () => {
  it('are their defaults on a new machine', async () => {
    const settings = await opened();
    expect(settings.get('imap4.advanced.maxFailedLogins')).toBe(3);
    expect(settings.get('imap4.general.bindings')).toHaveLength(2);
    expect(settings.list().every(({ isDefault }) => isDefault)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('survive a restart, and the file holds only what differs, so that better defaults reach everybody', async () => {
    await (await opened()).set('imap4.advanced.maxFailedLogins', 5);
    expect(content()).toEqual({ imap4: { advanced: { maxFailedLogins: 5 } } });
    const settings = await opened();
    expect(settings.get('imap4.advanced.maxFailedLogins')).toBe(5);
    await settings.reset('imap4.advanced.maxFailedLogins');
    expect(settings.get('imap4.advanced.maxFailedLogins')).toBe(3);
    expect((await opened()).list().every(({ isDefault }) => isDefault)).toBe(true);
  });

  it('are in effect and told to who listens at once, and in the file when that is said', async () => {
    const settings = await opened();
    const told: unknown[] = [];
    const stop = settings.onChange((key) => told.push([key, settings.get(key)]));
    const written = settings.set('imap4.advanced.supportIdle', false);
    expect(told).toEqual([['imap4.advanced.supportIdle', false]]);
    stop();
    await written;
    expect(content().imap4.advanced.supportIdle).toBe(false);
    await settings.set('imap4.advanced.supportIdle', true);
    expect(told).toHaveLength(1);
  });

  it('that are changed by many at once are all in the file', async () => {
    const settings = await opened();
    const written = [
      settings.set('imap4.advanced.maxFailedLogins', 5),
      settings.set('imap4.general.serviceName', 'Post'),
      settings.set('imap4.advanced.maxFailedLogins', 6),
      settings.reset('imap4.general.serviceName'),
    ];
    await settings.close();
    expect(content()).toEqual({ imap4: { advanced: { maxFailedLogins: 6 }, general: {} } });
    await Promise.all(written);
  });

  it('that are wrong change neither file nor memory, and nobody is told', async () => {
    const settings = await opened();
    await settings.set('imap4.advanced.maxFailedLogins', 5);
    settings.onChange(() => expect.unreachable());
    await expect(settings.set('imap4.advanced.maxFailedLogins', -1)).rejects.toThrow(UserError);
    await expect(settings.set('imap4.advanced.maxFailedLogins', 'x' as never)).rejects.toThrow(UserError);
    expect(settings.get('imap4.advanced.maxFailedLogins')).toBe(5);
    expect(content()).toEqual({ imap4: { advanced: { maxFailedLogins: 5 } } });
  });

  it('that cannot be written are as they were again, and who listens is told', async () => {
    const settings = await opened();
    rmSync(dirname(file), { recursive: true });
    writeFileSync(dirname(file), 'a file where the folder was');
    const told: unknown[] = [];
    settings.onChange((key) => told.push(settings.get(key)));
    await expect(settings.set('imap4.advanced.maxFailedLogins', 5)).rejects.toThrow(/settings\.json cannot be written/);
    expect(settings.get('imap4.advanced.maxFailedLogins')).toBe(3);
    expect(told).toEqual([5, 3]);
    rmSync(dirname(file));
  });
});

describe('several settings at once', async () => {
  it('are all changed with one write, or none of them', async () => {
    const settings = await opened();
    await settings.setAll({ 'imap4.advanced.maxFailedLogins': 5, 'imap4.general.serviceName': 'Post' });
    const before = readFileSync(file, 'utf8');
    settings.onChange(() => expect.unreachable());
    for (const wrong of [
      { 'imap4.advanced.maxFailedLogins': 6, 'imap4.general.serviceName': '' },
      { 'imap4.advanced.maxFailedLogins': 6, 'imap4.advanced.noSuchThing': 1 },
      { 'imap4.advanced.maxFailedLogins': 6, __proto__: 1, constructor: 1 },
    ]) {
      await expect(settings.setAll(wrong)).rejects.toThrow(UserError);
    }
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(settings.get('imap4.advanced.maxFailedLogins')).toBe(5);
  });

  it('are in effect together before anybody is told, and who changed nothing is not told', async () => {
    const settings = await opened();
    await settings.set('imap4.general.serviceName', 'Post');
    const told: unknown[] = [];
    settings.onChange((key) =>
      told.push([key, settings.get('imap4.advanced.maxFailedLogins'), settings.get('imap4.advanced.supportIdle')]),
    );
    await settings.setAll({
      'imap4.general.serviceName': 'Post',
      'imap4.general.bindings': structuredClone(settings.get('imap4.general.bindings')),
      'imap4.advanced.maxFailedLogins': 5,
      'imap4.advanced.supportIdle': false,
    });
    expect(told).toEqual([
      ['imap4.advanced.maxFailedLogins', 5, false],
      ['imap4.advanced.supportIdle', 5, false],
    ]);
  });

  it('may go back to their defaults among them', async () => {
    const settings = await opened();
    await settings.setAll({ 'imap4.advanced.maxFailedLogins': 5, 'imap4.advanced.supportIdle': false });
    await settings.setAll({ 'imap4.advanced.maxFailedLogins': undefined, 'imap4.general.serviceName': 'Post' });
    expect(settings.get('imap4.advanced.maxFailedLogins')).toBe(3);
    expect(content()).toEqual({ imap4: { advanced: { supportIdle: false }, general: { serviceName: 'Post' } } });
    await settings.setAll({});
  });
});

describe('a settings file from elsewhere', async () => {
  it.each([
    ['cut off', '{"imap4": {"advanced"'],
    ['empty', ''],
    ['a list', '[]'],
    ['a word', 'null'],
    ['no text', '\u0000\u0001'],
  ])('that is %s is kept aside, and what served last serves: access rules must not be gone', async (_, text) => {
    await (await opened()).set('imap4.advanced.maxFailedLogins', 7);
    put(text);
    expect((await opened()).get('imap4.advanced.maxFailedLogins')).toBe(7);
    const aside = `${file}.broken-2026-02-03T04-05-06.000Z`;
    expect(readFileSync(aside, 'utf8')).toBe(text);
    expect(warnings).toEqual([
      `The settings file cannot be read and is kept as ${aside}; the settings that served last are back, from ${file}.bak.`,
    ]);
    await (await opened()).set('imap4.advanced.maxFailedLogins', 5);
    expect((await opened()).get('imap4.advanced.maxFailedLogins')).toBe(5);
    expect(existsSync(aside)).toBe(true);
  });

  it.each(['', '{'])('without a copy that is better (%j) opens nothing but this computer', async (copy) => {
    put('{"imap4": {"access"');
    writeFileSync(`${file}.bak`, copy);
    const addresses = async () => new Set((await opened()).get('imap4.general.bindings').map(({ address }) => address));
    expect(await addresses()).toEqual(new Set(['127.0.0.1']));
    expect(warnings.join()).toMatch(/the defaults serve, on this computer only/);
    expect(await addresses()).toEqual(new Set(['127.0.0.1']));
  });

  it.each(['settings.json', 'settings.json.bak'])(
    'that another program has open never counts as broken: %s',
    async (name) => {
      await (await opened()).set('imap4.advanced.maxFailedLogins', 7);
      if (name.endsWith('.bak')) put('{"imap4": {"access"');
      const before = readFileSync(file, 'utf8');
      const read = async (path: string) => {
        if (path.endsWith(name)) throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
        return readFileSync(path);
      };
      const patience: Patience = { platform: 'win32', time: 1_000, pause: async () => undefined };
      const held = openSettings(file, { clock, logger: silentLogger, reading: { read, patience } });
      await expect(held).rejects.toThrow(`${name} is held open by another program`);
      expect(readFileSync(file, 'utf8')).toBe(before);
      expect(readdirSync(dirname(file)).sort()).toEqual(['settings.json', 'settings.json.bak']);
      if (name.endsWith('.bak')) expect((await opened()).get('imap4.advanced.maxFailedLogins')).toBe(7);
    },
  );

  it('with one wrong value costs that value only, and it stays to be seen', async () => {
    put(JSON.stringify({ imap4: { advanced: { maxFailedLogins: 'many', supportIdle: false } } }));
    const settings = await opened();
    expect(settings.get('imap4.advanced.maxFailedLogins')).toBe(3);
    expect(settings.get('imap4.advanced.supportIdle')).toBe(false);
    expect(warnings.join()).toMatch(/imap4\.advanced\.maxFailedLogins must be .* for example: 3/);
    await settings.set('imap4.advanced.idleHeartbeat', 0);
    expect(content().imap4.advanced.maxFailedLogins).toBe('many');
  });

  it('keeps the keys of later versions and other programs', async () => {
    put(JSON.stringify({ theme: 'dark', imap4: { advanced: { inventedLater: true }, later: { deep: [1] } } }));
    await (await opened()).set('imap4.advanced.maxFailedLogins', 5);
    expect(content()).toEqual({
      theme: 'dark',
      imap4: { advanced: { inventedLater: true, maxFailedLogins: 5 }, later: { deep: [1] } },
    });
  });

  it('may begin with the mark that Windows editors write', async () => {
    const text = `\uFEFF${JSON.stringify({ imap4: { advanced: { maxFailedLogins: 7 } } })}`;
    for (const bytes of [Buffer.from(text), Buffer.from(text, 'utf16le')]) {
      put(bytes);
      expect((await opened()).get('imap4.advanced.maxFailedLogins')).toBe(7);
    }
    expect(warnings).toEqual([]);
  });

  it('may have a value where a group of settings belongs', async () => {
    put(JSON.stringify({ imap4: 3 }));
    const settings = await opened();
    await settings.set('imap4.advanced.maxFailedLogins', 5);
    expect((await opened()).get('imap4.advanced.maxFailedLogins')).toBe(5);
  });

  it.each([
    ['linux', /cannot be read .*right to read/],
    ['win32', /cannot be read: .*or this account has no right to it/],
  ] as const)('that may not be read is named with the remedy, on %s', async (platform, remedy) => {
    put('{}');
    // The call fails as the system has it: root may read everything, and Windows knows no modes.
    const read = async () => Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }));
    const patience: Patience = { platform, time: 1_000, pause: async () => undefined };
    const refused = openSettings(file, { clock, logger: silentLogger, reading: { read, patience } });
    await expect(refused).rejects.toThrow(remedy);
    expect(readdirSync(dirname(file))).toEqual(['settings.json']);
  });
});
