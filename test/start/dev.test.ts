import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { developInApp } from '../../build/dev-app.ts';
import { programPath } from '../../build/electron-binary.ts';
import { SourceChanges } from '../../build/source-changes.ts';
import { root } from '../../build/window.ts';
import { buildApp } from '../electron/build-app.ts';
import { freePort } from '../electron/free-port.ts';
import { BuiltApp } from '../electron/stand-in/built-app.ts';
import type { Run } from '../electron/stand-in/checkout.ts';
import { RawImap } from '../support/raw-imap.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { makeDist, standInProgram } from './fake-electron.ts';

let folder: string;
let data: string;
let imapPort: number;
let said: string;
const ending: (() => unknown)[] = [];

beforeAll(buildApp);
beforeEach(async () => {
  folder = await makeTempFolder('dev');
  ending.push(() => removeFolder(folder));
  said = '';
  data = join(folder, 'data');
  await mkdir(data);
  await mkdir(join(folder, 'sources'));
  imapPort = await freePort();
  const bindings = [{ address: '127.0.0.1', port: imapPort, encryption: 'starttls' }];
  await writeFile(
    join(data, 'settings.json'),
    JSON.stringify({ admin: { port: 0 }, imap4: { general: { bindings } } }),
  );
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ending.splice(0).reverse()) await end();
});

/** Develops in the app; what it is made of is a folder of the test's, and each build takes the next answer. */
async function develop(builds: (() => Promise<boolean>)[]) {
  const changes = new SourceChanges(folder, ['sources']);
  ending.push(() => changes.close());
  const program = join(await makeDist(folder, standInProgram), programPath(process.platform));
  const env = { ...process.env, ...standInProgram.env, STAND_IN_NOTES: join(folder, 'notes') };
  const err = (text: string) => {
    said += text;
  };
  const build = () => (builds.shift() ?? (async () => true))();
  const vite = { server: { port: 0 }, logLevel: 'error' as const, cacheDir: join(folder, 'vite') };
  const start = { program, project: root, data, env, platform: process.platform, terminal: { err } };
  return developInApp(start, { vite, changes, build });
}

async function run(count: number): Promise<Run> {
  for (;;) {
    const text = await readFile(join(folder, 'notes'), 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    if (lines.length >= count) return JSON.parse(lines[count - 1]!);
    await pause(20);
  }
}

const quitInTray = (pid: number) => writeFile(join(folder, `notes.quit-${pid}`), '');

const change = () => writeFile(join(folder, 'sources', 'a.ts'), '');

describe('npm run dev with Electron', () => {
  it('shows the window from the server that reloads it, under a policy that lets in nothing from elsewhere', async () => {
    const ended = develop([]);
    const { windowUrl, pid } = await run(1);
    expect(windowUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await fetch(windowUrl!);
    expect(await page.text()).toContain('/@vite/client');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    await quitInTray(pid);
    expect(await ended).toEqual({ kind: 'ended', code: 0 });
    await expect(fetch(windowUrl!)).rejects.toThrow();
  });

  it('starts the app anew when it has changed, once the last one has said BYE to everybody', async () => {
    const ended = develop([async () => true, async () => false]);
    const first = await run(1);
    const client = await connected();
    await change(); // a test’s file, say: nothing that is built
    await pause(400);
    await change();
    expect(await client.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
    const second = await run(2);
    expect(second).toMatchObject({ windowUrl: first.windowUrl });
    expect(second.pid).not.toBe(first.pid);
    (await connected()).destroy();
    await quitInTray(second.pid);
    await ended;
    expect(said.match(/starts anew/g)).toHaveLength(1);
  });

  it('keeps the app that runs while the new one cannot be built, and says why', async () => {
    const broken = () => Promise.reject(new Error('a.ts: unexpected token'));
    const ended = develop([async () => true, broken]);
    const { pid } = await run(1);
    await change();
    while (!said.includes('unexpected token')) await pause(20);
    (await connected()).destroy();
    await quitInTray(pid);
    expect(await ended).toEqual({ kind: 'ended', code: 0 });
  });
});

describe('the packaged app', () => {
  it('takes its window from nowhere else, whatever the environment says: it would hand over the mail', async () => {
    vi.stubEnv('ELECTRON_RENDERER_URL', 'http://127.0.0.1:9/');
    const app = new BuiltApp(data);
    ending.push(() => app.kill());
    await app.call('services.list');
    expect(await app.ask({ op: 'window' })).toMatchObject({ url: 'mailroom://window/index.html' });
    const sender = { url: 'http://127.0.0.1:9/' };
    const answer = await app.ask({ op: 'invoke', sender, channel: 'admin:call', args: ['users.list', {}] });
    expect(answer).toMatchObject({ ok: false, error: { code: 'refused' } });
  });
});

async function connected(): Promise<RawImap> {
  for (;;) {
    try {
      return await RawImap.connect({ port: imapPort });
    } catch {
      await pause(50);
    }
  }
}
