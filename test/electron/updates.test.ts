import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { updateLimits } from '../../electron/limits.ts';
import { updateFailure } from '../../electron/main/update-failure.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { type BootOptions, bootApp } from './stand-in/booted-app.ts';

const FEED = 'https://example.org/mailroom';
const PAGE = { url: 'mailroom://window/index.html' };

let folder: string;
beforeEach(async () => {
  folder = await makeTempFolder('updates');
});
afterEach(() => removeFolder(folder));

/** The app, with the window's way to ask about updates. */
async function started(options: BootOptions = { feed: FEED }) {
  const app = await bootApp(folder, options);
  const ask = (name: string) => app.electron.invoke(PAGE, 'app:call', name, []);
  const state = async () => ((await ask('updateState')) as { value: unknown }).value;
  const setFeed = async (value: string) => {
    app.engine.settings = [{ key: 'updates.feed', value }];
    app.engine.tell({ event: 'settings.changed', keys: ['updates.feed'] });
    await app.pass();
  };
  /** A newer version comes out, and is looked for in time. */
  const comesOut = async (version: string) => {
    app.updater.newest = version;
    await app.pass(updateLimits.lookEvery);
  };
  return { ...app, ask, state, setFeed, comesOut };
}

describe('updates', () => {
  it('are looked for nowhere until somebody says where', async () => {
    const { updater, state, pass, ask } = await started({});
    await pass(10 * updateLimits.lookEvery);
    await ask('lookForUpdate');
    expect(updater.feeds).toEqual([]);
    expect(await state()).toEqual({ name: 'off' });
  });

  it('are looked for at the start and again and again, at the address of the setting', async () => {
    const { updater, state, pass } = await started();
    expect(updater.feeds).toEqual([FEED]);
    expect(await state()).toMatchObject({ name: 'current' });
    await pass(updateLimits.lookEvery);
    await pass(updateLimits.lookEvery);
    expect(updater.feeds).toHaveLength(3);
  });

  it('are downloaded without being asked for, told of once, and not installed: nobody loses his session', async () => {
    const { updater, electron, engine, state, comesOut, pass } = await started();
    await comesOut('2.0.0');
    updater.emit('download-progress', { percent: 41.7 });
    expect(await state()).toEqual({ name: 'downloading', version: '2.0.0', percent: 42 });
    updater.download.resolve();
    await pass();
    expect(await state()).toEqual({ name: 'ready', version: '2.0.0' });
    await pass(10 * updateLimits.lookEvery);
    expect(electron.notifications.map(({ title }) => title)).toEqual(['Mailroom 2.0.0 is ready']);
    expect([updater.installs, engine.calls.includes('stop'), electron.app.hasExited]).toEqual([0, false, false]);
    expect(updater.autoInstallOnAppQuit).toBe(true);
  });

  it('are installed when a person says so, after the sessions have ended', async () => {
    const { updater, electron, engine, comesOut, ask, pass } = await started();
    updater.download.resolve();
    await comesOut('2.0.0');
    engine.hangs = true;
    const installed = ask('installUpdate');
    await pass();
    expect(engine.calls).toContain('stop');
    expect(updater.installs).toBe(0);
    engine.crash();
    expect(await installed).toMatchObject({ ok: true });
    await electron.app.exited;
    expect(updater.installs).toBe(1);
  });

  it('leave the server running when the installer cannot be started', async () => {
    const { updater, electron, engine, comesOut, ask, state, pass } = await started();
    updater.download.resolve();
    await comesOut('2.0.0');
    updater.installFailure = new Error('Command failed: pkexec\nnobody gave consent');
    await ask('installUpdate');
    await pass();
    expect(engine.starts).toBe(2);
    expect(electron.app.hasExited).toBe(false);
    expect(await state()).toEqual({ name: 'failed', message: 'The update failed: Command failed: pkexec' });
  });

  it('cannot be installed before there is one', async () => {
    const { engine, ask } = await started();
    expect(await ask('installUpdate')).toMatchObject({ ok: false, message: expect.stringContaining('no update') });
    expect(engine.calls).not.toContain('stop');
  });

  it('that fail are told in words with a remedy, harm nothing and are tried again', async () => {
    const { updater, state, pass } = await started();
    updater.failure = Object.assign(new Error('net::ERR_NAME_NOT_RESOLVED'), { code: undefined });
    await pass(updateLimits.lookEvery);
    expect(await state()).toEqual({ name: 'failed', message: expect.stringContaining('cannot be reached') });
    updater.failure = undefined;
    await pass(updateLimits.lookEvery);
    expect(await state()).toMatchObject({ name: 'current' });
  });

  it('of an address that is no longer wanted are not installed on quitting', async () => {
    const { updater, comesOut, state, setFeed } = await started();
    updater.download.resolve();
    await comesOut('2.0.0');
    await setFeed('');
    expect(await state()).toEqual({ name: 'off' });
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });

  it.each([
    ['do not hold up a computer that shuts down', 'powerMonitor', 'shutdown', { preventDefault() {} }],
    ['are not installed into an installer or uninstaller at work', 'app', 'second-instance', {}],
  ] as const)('%s', async (_danger, source, event, told) => {
    const { updater, electron, comesOut } = await started();
    updater.download.resolve();
    await comesOut('2.0.0');
    electron[source].emit(event, told, ['Mailroom.exe', '--quit']);
    await electron.app.exited;
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });

  it('come from the new address when it changes, even in the middle of a download', async () => {
    const { updater, comesOut, state, setFeed, pass } = await started();
    await comesOut('2.0.0');
    updater.newest = undefined;
    await setFeed('https://example.com/other');
    expect(await state()).toMatchObject({ name: 'downloading' });
    updater.download.resolve();
    await pass();
    expect(updater.feeds.at(-1)).toBe('https://example.com/other');
    expect(await state()).toMatchObject({ name: 'current' });
  });

  it('say what to do where the app was not installed', async () => {
    const fromSources = await started({ feed: FEED, installed: false });
    expect(await fromSources.state()).toMatchObject({ name: 'unavailable' });
    const copied = await started();
    copied.updater.newest = null;
    await copied.pass(updateLimits.lookEvery);
    expect(await copied.state()).toMatchObject({ name: 'unavailable' });
  });
});

describe('a failure', () => {
  it.each([
    ['sha512 checksum mismatch, expected A, got B', 'ERR_CHECKSUM_MISMATCH', 'not what was announced'],
    ['New version 2.0.0 is not signed by the application owner', 'ERR_UPDATER_INVALID_SIGNATURE', 'not signed'],
    ['Cannot find channel "latest.yml" update info', 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND', 'no list of versions'],
    ['net::ERR_CERT_DATE_INVALID', '', 'certificate'],
    ['503 Service Unavailable', 'HTTP_ERROR_503', 'answers with an error'],
    ['no space left', 'ENOSPC', 'disk is full'],
  ])('like "%s" is told in plain words', (message, code, words) => {
    expect(updateFailure(Object.assign(new Error(message), { code }))).toContain(words);
  });

  it('that nobody foresaw is told in its first line, bounded', () => {
    expect(updateFailure(new Error(`odd\n${'x'.repeat(9_999)}`))).toBe('The update failed: odd');
    expect(updateFailure(new Error('x'.repeat(9_999))).length).toBeLessThan(300);
  });
});

describe('the installer', () => {
  it('asks the app that runs to quit, which ends the sessions and not just the process', async () => {
    const { electron, engine } = await started({});
    electron.app.emit('second-instance', {}, ['Mailroom.exe', '--quit']);
    await electron.app.exited;
    expect(engine.calls).toContain('stop');
  });

  it('starts no server only to end one that does not run', async () => {
    const { electron, engine } = await started({ argv: ['Mailroom.exe', '--quit'] });
    expect(electron.app.hasExited).toBe(true);
    expect(engine.starts).toBe(0);
  });
});
