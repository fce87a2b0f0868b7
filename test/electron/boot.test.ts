import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineLimits, noticeLimits, quitLimits, trayLimits } from '../../electron/limits.ts';
import { quitOnSignals } from '../../electron/main/quit.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { type BootOptions, bootApp, service } from './stand-in/booted-app.ts';

let folder: string;
beforeEach(async () => {
  folder = await makeTempFolder('app');
});
afterEach(() => removeFolder(folder));

const started = (options?: BootOptions) => bootApp(folder, options);

const PAGE = { url: 'mailroom://window/index.html' };

describe('the app', () => {
  it('shows its window and its icon when a person starts it, and the icon only when the computer does', async () => {
    const byPerson = await started();
    expect(byPerson.electron.window).toMatchObject({ shown: true, url: 'mailroom://window/index.html' });
    const byComputer = await started({ argv: ['mailroom', '--hidden'] });
    expect(byComputer.electron.windows).toEqual([]);
    expect(byComputer.electron.tray.labels).toContain('Open Settings…');
  });

  it('is there once: a second start leaves the data alone, and the first shows its window', async () => {
    const second = await started({ firstInstance: false });
    expect(second.electron.app.hasExited).toBe(true);
    expect(second.engine.starts).toBe(0);
    const { electron } = await started({ argv: ['--hidden'] });
    electron.app.emit('second-instance');
    expect(electron.windows).toHaveLength(1);
    electron.app.emit('second-instance');
    expect(electron.windows).toHaveLength(1);
    expect(electron.window?.focused).toBe(1);
  });

  it('goes on serving when the window is closed, and opens it again from the tray', async () => {
    const { electron, engine } = await started();
    electron.window?.close();
    electron.app.emit('window-all-closed');
    expect(electron.app.hasExited).toBe(false);
    expect(engine.calls).not.toContain('stop');
    engine.tell({ event: 'users.changed' });
    electron.tray.choose('Open Settings…');
    expect(electron.window?.open).toBe(true);
  });

  it('keeps the size that the window had', async () => {
    const { electron, world } = await started();
    electron.window?.close();
    expect(world.bounds).toMatchObject({ width: 760, height: 600 });
    world.bounds = { width: 900, height: 700 };
    electron.tray.choose('Open Settings…');
    expect(electron.window?.options).toMatchObject({ width: 900, height: 700 });
  });

  it('ends the sessions before it quits, however often it is told to', async () => {
    const { electron, engine } = await started();
    electron.tray.choose('Quit');
    electron.app.quit();
    expect(electron.app.hasExited).toBe(false);
    await electron.app.exited;
    expect(engine.calls.filter((call) => call === 'stop')).toHaveLength(1);
  });

  it('ends the sessions before the computer shuts down', async () => {
    const { electron, engine } = await started();
    let delayed = false;
    const preventDefault = () => {
      delayed = true;
    };
    electron.powerMonitor.emit('shutdown', { preventDefault });
    await electron.app.exited;
    expect(delayed).toBe(true);
    expect(engine.calls).toContain('stop');
  });

  it('ends the sessions before Windows shuts down or logs off, with no window open, and holds it up no longer than it waits', async () => {
    for (const hangs of [false, true]) {
      const { electron, engine, updater, pass } = await started({ argv: ['--hidden'], feed: 'https://example.com/' });
      await pass();
      expect(electron.windows).toEqual([]);
      engine.hangs = hangs;
      const preventDefault = vi.fn();
      electron.unseen[0]?.emit('query-session-end', { preventDefault });
      expect(preventDefault).toHaveBeenCalledOnce(); // Windows waits, or the app would be gone now
      expect(updater.autoInstallOnAppQuit).toBe(false); // an installer would hold it up
      await pass(hangs ? quitLimits.withWindows : 0);
      await electron.app.exited;
      expect(engine.calls).toContain('stop');
    }
    expect(quitLimits.withWindows).toBeLessThan(5_000);
  });

  it('keeps the computer awake while mail is served, as the setting says: a computer that sleeps takes none', async () => {
    const { electron, engine, pass } = await started();
    const kept = () => [...electron.awake.values()];
    await expect.poll(kept).toEqual(['prevent-app-suspension']); // the screen may go dark
    const choose = (value: boolean) => {
      engine.settings = [{ key: 'power.keepAwake', value }];
      engine.tell({ event: 'settings.changed', keys: ['power.keepAwake'] });
    };
    choose(false);
    await expect.poll(kept).toEqual([]);
    choose(true);
    await expect.poll(kept).toHaveLength(1);
    electron.tray.choose('Stop');
    const later = () => pass(trayLimits.refreshEvery).then(kept);
    await expect.poll(later).toEqual([]);
  });

  it('quits when the administration ends the server: a command must not leave an app without one', async () => {
    const { electron, engine } = await started();
    engine.askToEnd();
    await electron.app.exited;
    expect(engine.calls).toContain('stop');
  });

  it('alone hears what asks it to end: on Windows a library that hears it too, ends it at once', () => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'];
    const process = new EventEmitter();
    const library = vi.fn();
    for (const signal of signals) process.on(signal, library);
    const quit = vi.fn();
    quitOnSignals({ quit }, process);
    for (const signal of signals) process.emit(signal);
    expect([quit.mock.calls.length, library.mock.calls.length]).toEqual([signals.length, 0]);
  });

  it('quits even while the engine hangs', async () => {
    const { electron, engine, pass } = await started();
    engine.hangs = true;
    electron.tray.choose('Quit');
    await pass(engineLimits.stopWithin - 1);
    expect(electron.app.hasExited).toBe(false);
    await pass(1);
    await electron.app.exited;
  });
});

describe('the icon in the tray', () => {
  it('tells what the server does, and starts, stops and restarts it', async () => {
    const { electron, engine, pass } = await started();
    await pass(trayLimits.refreshEvery);
    expect(electron.tray.image.file).toContain('tray-running.ico');
    electron.tray.choose('Stop');
    await pass();
    await pass(trayLimits.refreshEvery);
    expect(electron.tray.image.file).toContain('tray-stopped.ico');
    expect(() => electron.tray.choose('Stop')).toThrow('cannot be chosen');
    electron.tray.choose('Start');
    await pass();
    await pass(trayLimits.refreshEvery);
    expect(electron.tray.image.file).toContain('tray-running.ico');
    electron.tray.choose('Restart');
    await pass();
    expect(engine.starts).toBe(2);
    expect(engine.startedServices).toBe(true);
  });

  it('counts users, not connections', async () => {
    const { electron, engine, pass } = await started();
    engine.sessions = [{ accountId: 'a' }, { accountId: 'a' }, { accountId: 'b' }, { accountId: undefined }];
    engine.tell({ event: 'sessions.changed' });
    await pass(trayLimits.refreshEvery);
    expect(electron.tray.labels).toContain('2 users connected');
    expect(electron.tray.toolTip).toBe('Mailroom: Running, 2 users connected');
  });

  it('shows a crash at once, the restart after it, and in the end the reason', async () => {
    const { electron, engine, pass } = await started();
    for (const pause of engineLimits.restartAfter) {
      engine.crash();
      expect(electron.tray.image.file).toContain('tray-problem.ico');
      expect(electron.notifications).toEqual([]);
      await pass(pause);
    }
    engine.crash();
    expect(electron.tray.labels[0]).toContain('out of memory');
    expect(electron.notifications).toEqual([
      { title: 'The mail server does not run', body: expect.stringContaining('out of memory') },
    ]);
    electron.tray.choose('Start');
    await pass();
    await pass(trayLimits.refreshEvery);
    expect(electron.tray.image.file).toContain('tray-running.ico');
  });

  it('does not start what a person has stopped, only because the engine crashed meanwhile', async () => {
    const { electron, engine, pass } = await started();
    electron.tray.choose('Stop');
    await pass();
    await pass(trayLimits.refreshEvery);
    engine.crash();
    await pass(engineLimits.restartAfter[0]);
    expect(engine.starts).toBe(2);
    expect(engine.startedServices).toBe(false);
  });

  it('is the form of icon that each system wants', async () => {
    expect((await started({ platform: 'darwin' })).electron.tray.image.file).toMatch(/tray-\w+Template\.png$/);
    expect((await started({ platform: 'linux' })).electron.tray.image.file).toMatch(/tray-[a-z]+\.png$/);
  });
});

describe('notifications', () => {
  it('tell of a port that is taken once, and again only after it was free', async () => {
    const { electron, engine, pass } = await started();
    const say = async (problem?: string) => {
      engine.services = [service(problem === undefined ? 'running' : 'problem', problem)];
      engine.tell({ event: 'services.changed' });
      await pass(trayLimits.refreshEvery);
    };
    const taken = 'Port 143 is taken by another program: end it, or choose another port';
    for (let times = 0; times < 3; times++) await say(taken);
    expect(electron.notifications).toEqual([{ title: 'IMAP4 Server has a problem', body: taken }]);
    await say();
    await say(taken);
    expect(electron.notifications).toHaveLength(2);
  });

  it('tell of a disk that is nearly full once, though it wavers', async () => {
    const { electron, world, pass } = await started();
    const free = async (octets: number) => {
      world.free = octets;
      await pass(noticeLimits.lookEvery);
      await pass();
    };
    for (const more of [-1, 1, -200 * 1024 ** 2, 2]) await free(noticeLimits.diskLow + more);
    expect(electron.notifications.map(({ title }) => title)).toEqual(['The disk is nearly full']);
    await free(noticeLimits.diskAmple);
    await free(noticeLimits.diskLow - 1);
    expect(electron.notifications).toHaveLength(2);
  });

  it('tell of a certificate that is about to end once, though the days go by', async () => {
    const { electron, engine, pass } = await started();
    for (const days of [29, 28, 27]) {
      engine.certificateWarning = `It ends in ${days} days; renew it`;
      await pass(noticeLimits.lookEvery);
      await pass();
    }
    expect(electron.notifications).toEqual([
      { title: 'The certificate is about to end', body: 'It ends in 29 days; renew it' },
    ]);
  });

  it('tell of mail that has no room left, once for each mark, and not long before', async () => {
    const { electron, engine } = await started();
    for (const percent of [80, 90, 90, 100]) engine.tell({ event: 'quota.warning', user: 'karen', percent });
    expect(electron.notifications).toEqual([
      { title: 'The mail of karen needs room', body: expect.stringContaining('90 %') },
      { title: 'The mail of karen needs room', body: expect.stringContaining('No more mail') },
    ]);
  });

  it('tell of locked accounts, together when somebody tries one after another', async () => {
    const { electron, engine, pass } = await started();
    const lock = async (user: string) => {
      const rest = { kind: 'pair', address: '192.0.2.9', since: 0, until: 1, reason: '5 wrong passwords' } as const;
      engine.lockOuts = [...engine.lockOuts, { user, ...rest }];
      engine.tell({ event: 'lockouts.changed' });
      await pass();
    };
    for (const user of ['karen', 'olaf', 'paula']) await lock(user);
    expect(electron.notifications.map(({ body }) => body)).toEqual([expect.stringContaining('karen at 192.0.2.9')]);
    await pass(noticeLimits.lockOutPause);
    expect(electron.notifications).toHaveLength(2);
    expect(electron.notifications[1]?.body).toContain('olaf');
    expect(electron.notifications[1]?.body).toContain('1 other');
    await pass(10 * noticeLimits.lockOutPause);
    expect(electron.notifications).toHaveLength(2);
  });
});

describe('the line between window and server', () => {
  const REFUSED = { ok: false, error: { code: 'refused' } };

  it('serves the window’s own page and nobody else', async () => {
    const { electron } = await started();
    const ask = (sender: Parameters<typeof electron.invoke>[0]) =>
      electron.invoke(sender, 'admin:call', 'settings.list', {});
    expect(await ask(PAGE)).toEqual({ ok: true, value: [] });
    const strangers = [
      'https://window/',
      'mailroom://window.example/',
      'mailroom://other/',
      'file:///window',
      'about:blank',
      '',
    ];
    for (const url of strangers) expect(await ask({ url }), url).toMatchObject(REFUSED);
    expect(await ask({ ...PAGE, parent: PAGE })).toMatchObject(REFUSED);
    expect(await ask(null)).toMatchObject(REFUSED);
  });

  it('keeps the computer’s own calls from strangers too, and checks what they are called with', async () => {
    const { electron, world } = await started();
    const call = (sender: { url: string }, ...args: unknown[]) => electron.invoke(sender, 'app:call', ...args);
    expect(await call({ url: 'https://example.com/' }, 'setStartsWithComputer', [true])).toMatchObject({ ok: false });
    for (const args of [['yes'], [], undefined, [true, true]]) {
      expect(await call(PAGE, 'setStartsWithComputer', args)).toMatchObject({ ok: false });
    }
    for (const name of ['toString', '__proto__', 'quit', 7])
      expect(await call(PAGE, name, [])).toMatchObject({ ok: false });
    expect(world.starts).toBe(false);
    expect(await call(PAGE, 'setStartsWithComputer', [true])).toEqual({ ok: true, value: undefined });
    expect(await call(PAGE, 'startsWithComputer', [])).toEqual({ ok: true, value: true });
    expect(await call(PAGE, 'showFolder', ['../..'])).toMatchObject({ ok: false });
    await call(PAGE, 'showFolder', ['logs']);
    expect(electron.openedPaths).toEqual([expect.stringMatching(/data.logs$/)]);
  });

  it('lets a person choose files for mail that comes and goes, and takes Cancel for an answer', async () => {
    const { electron } = await started();
    const call = (...args: unknown[]) => electron.invoke(PAGE, 'app:call', ...args);
    expect(await call('chooseMailSource', ['files'])).toEqual({ ok: true, value: [] });
    expect(await call('chooseExportTarget', ['karen.mbox'])).toEqual({ ok: true, value: undefined });
    electron.choices = ['/mail/a.mbox', '/mail/b.mbox'];
    expect(await call('chooseMailSource', ['files'])).toEqual({ ok: true, value: electron.choices });
    expect(await call('chooseMailSource', ['folder'])).toEqual({ ok: true, value: electron.choices });
    expect(await call('chooseExportTarget', ['../karen.mbox'])).toEqual({ ok: true, value: '/mail/a.mbox' });
    expect(electron.fileDialogs).toMatchObject([
      { properties: ['openFile', 'multiSelections'] },
      { defaultPath: expect.stringMatching(/documents.karen\.mbox$/) },
      { properties: ['openFile', 'multiSelections'] },
      { properties: ['openDirectory'] },
      { defaultPath: expect.stringMatching(/documents.karen\.mbox$/) },
    ]);
  });

  it('answers at once when the engine dies, so that no page waits for ever', async () => {
    const { electron, engine } = await started();
    const asked = electron.invoke(PAGE, 'admin:call', 'settings.list', {});
    engine.crash();
    expect(await asked).toMatchObject(REFUSED);
  });

  it('tells events to an open window, and to none that is closed', async () => {
    const { electron, engine } = await started();
    const { webContents } = electron.window!;
    engine.tell({ event: 'users.changed' });
    expect(webContents.sent).toContainEqual(['admin:event', { event: 'users.changed' }]);
    const before = webContents.sent.length;
    electron.window?.close();
    engine.tell({ event: 'users.changed' });
    expect(webContents.sent).toHaveLength(before);
  });
});

describe('the window’s walls', () => {
  it('run the page in the sandbox, without Node', async () => {
    const { electron } = await started();
    expect(electron.window?.options.webPreferences).toMatchObject({
      ...{ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false },
    });
  });

  it('let the page go nowhere and open nothing', async () => {
    const { webContents } = (await started()).electron.window!;
    for (const url of ['https://example.com/', 'file:///etc/passwd', 'mailroom://window/other.html']) {
      expect(webContents.mayNavigate('will-navigate', url)).toBe(false);
      expect(webContents.mayNavigate('will-redirect', url)).toBe(false);
      expect(webContents.mayOpen(url)).toBe(false);
    }
  });

  it('deny every permission but writing text to the clipboard, and that to others too', async () => {
    const { permissions } = (await started()).electron;
    const decided = (name: string, requestingUrl = PAGE.url) => {
      let answer: boolean | undefined;
      permissions.request?.(
        {},
        name,
        (granted) => {
          answer = granted;
        },
        { requestingUrl },
      );
      expect(permissions.check?.({}, name, requestingUrl)).toBe(answer);
      return answer;
    };
    for (const name of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read']) {
      expect(decided(name)).toBe(false);
    }
    expect(decided('clipboard-sanitized-write')).toBe(true);
    expect(decided('clipboard-sanitized-write', 'https://example.com/')).toBe(false);
    expect(permissions.device?.()).toBe(false);
  });

  it('serve the built window only, whatever is asked for, and let it load nothing from elsewhere', async () => {
    const { electron } = await started();
    const get = async (url: string, method = 'GET') => electron.pages.get('mailroom')!(new Request(url, { method }));
    const page = await get(PAGE.url);
    expect(await page.text()).toContain('<title>Mailroom</title>');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const outside = [
      '/../../secret.txt',
      '/..%2f..%2fsecret.txt',
      '/%2e%2e/%2e%2e/secret.txt',
      '/assets',
      '//secret.txt',
    ];
    for (const path of outside) expect((await get(`mailroom://window${path}`)).status, path).toBe(404);
    expect((await get('mailroom://elsewhere/index.html')).status).toBe(404);
    expect((await get(PAGE.url, 'POST')).status).toBe(404);
  });
});
