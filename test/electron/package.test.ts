import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../build/electron-builder.ts';
import { root } from '../../build/window.ts';
import type { ServiceInfo } from '../../core/admin/contract.ts';
import { appFolders } from '../../electron/main/folders.ts';
import { appIconFile, trayIconFile } from '../../electron/main/icons.ts';
import { RawImap } from '../support/raw-imap.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { freePort } from './free-port.ts';
import { BuiltApp } from './stand-in/built-app.ts';
import { electronBuilder, type PackedApp, packApp } from './stand-in/packed-app.ts';

let folder: string;
let packed: PackedApp;
beforeAll(async () => {
  folder = await makeTempFolder('package');
  packed = await packApp(folder);
});
afterAll(() => removeFolder(folder));

const json = async (...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8'));
const packages = () => [
  ...new Set(packed.paths.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/@.][^/]*/.exec(path)?.[0] ?? [])),
];

describe('the package', () => {
  it('has what the app looks for beside its main bundle: a program without its threads, window or icons is none', () => {
    const main = 'dist/app/main';
    const { preload, renderer, icons } = appFolders(main, 'file:///');
    const wanted = [
      ...['entry', 'engine.worker', 'search.worker', 'maintenance.worker'].map((name) => `${main}/${name}.mjs`),
      ...[preload, join(renderer, 'index.html')],
    ];
    for (const platform of ['win32', 'darwin', 'linux'] as const) {
      wanted.push(appIconFile(icons, platform));
      for (const state of ['running', 'stopped', 'problem']) wanted.push(trayIconFile(icons, state, platform));
    }
    expect(packed.paths).toEqual(expect.arrayContaining(wanted.map((path) => path.replaceAll('\\', '/'))));
  });

  it('starts where its package.json says', async () => {
    const { main, type, version } = await json(packed.extracted, 'package.json');
    expect([type, version]).toEqual(['module', (await json(root, 'package.json')).version]);
    expect(packed.paths).toContain(main);
  });

  it('has nothing else: no sources, no tests, no maps, nothing of what it was built with', async () => {
    const ours = packed.paths.filter((path) => !path.startsWith('node_modules'));
    for (const path of ours) expect(path).toMatch(/^(dist(\/app|\/renderer|$)|package\.json$)/);
    const unwanted = /\.(ts|cts|mts|map|svelte|node|sh)$|\.test\.|(^|\/)(test|tests|__tests__)(\/|$)/;
    expect(packed.paths.filter((path) => unwanted.test(path))).toEqual([]);
    const { packages: locked } = await json(root, 'package-lock.json');
    for (const path of packages()) expect(locked[path], path).not.toMatchObject({ dev: true });
    for (const name of ['electron', 'svelte', 'vite', 'typescript', 'commander'])
      expect(packages()).not.toContain(`node_modules/${name}`);
  });

  it('has every package that the bundles import, and those that they need', async () => {
    const missing: string[] = [];
    const main = join(packed.extracted, 'dist/app/main');
    for (const file of (await readdir(main)).filter((name) => name.endsWith('.mjs'))) {
      const text = await readFile(join(main, file), 'utf8');
      for (const name of importsOf(text)) if (!canResolve(join(main, file), name)) missing.push(`${file}: ${name}`);
    }
    for (const path of packages()) {
      const { dependencies = {} } = await json(packed.extracted, path, 'package.json');
      const from = join(packed.extracted, path, 'package.json');
      for (const name of Object.keys(dependencies)) if (!isPacked(from, name)) missing.push(`${path}: ${name}`);
    }
    expect(missing).toEqual([]);
  });

  it('serves mail from what is in the archive, and nothing but that', async () => {
    const data = await makeTempFolder('packed-data');
    const bindings = [{ address: '127.0.0.1', port: await freePort(), encryption: 'starttls' }];
    const updates = { feed: 'http://127.0.0.1:9/mailroom' };
    const settings = { admin: { port: 0 }, updates, imap4: { general: { bindings } } };
    await writeFile(join(data, 'settings.json'), JSON.stringify(settings));
    const app = new BuiltApp(data, join(packed.extracted, 'dist/app'));
    try {
      await app.call('users.add', { name: 'karen', password: 'karens secret 1' });
      const [service] = (await app.call('services.list')) as ServiceInfo[];
      const client = await RawImap.connect({ port: service?.listeners[0]?.boundPort ?? 0 });
      await client.login('karen', 'karens secret 1');
      await client.append('INBOX', Buffer.from('Subject: packed\r\n\r\nThe zebra\r\n'));
      await client.ok('SELECT INBOX');
      expect((await client.ok('SEARCH BODY zebra')).untagged).toContain('* SEARCH 1');
      // It was unpacked by hand and not installed: electron-updater is there, and says so.
      await expect
        .poll(() => app.invoke('app:call', 'updateState', []))
        .toMatchObject({ value: { name: 'unavailable' } });
      await app.ask({ op: 'choose', label: 'Quit' });
      expect(await app.exited).toBe(0);
    } finally {
      app.kill();
      await removeFolder(data);
    }
  });

  it('brings the command, with all it needs: it runs from a link in another folder, and its server shows the window', async () => {
    const data = await makeTempFolder('packed-command');
    const command = join(data, 'mailroom');
    await symlink(join(packed.resources, 'command', 'bin', 'mailroom'), command);
    const run = async (...args: string[]) => (await promisify(execFile)(command, args)).stdout;
    try {
      const ports = ['--host', '127.0.0.1', '--imap-port', '0', '--imaps-port', '0'];
      const server = spawn(command, ['serve', ...ports, '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(server.stdout, 'data');
      const [address = ''] = (await run('window', '--data', data)).split('\n');
      expect(await (await fetch(address)).text()).toContain('<script type="module"');
      const exited = once(server, 'exit');
      expect(await run('stop', '--data', data)).toBe('stopped\n');
      expect(await exited).toEqual([0, null]);
      expect(await run('check', '--data', data)).toMatch(/nothing is wrong/);
    } finally {
      await removeFolder(data);
    }
  });

  it('tells the updater where to keep what it downloads', async () => {
    expect(await readFile(join(packed.resources, 'app-update.yml'), 'utf8')).toContain('updaterCacheDirName: mailroom');
  });

  it('is locked: no Node.js for strangers, no debugger, no code but what was packed', async () => {
    const wire = await getCurrentFuseWire(packed.program);
    const [off, on] = Buffer.from('01');
    expect(wire).toMatchObject({
      [FuseV1Options.RunAsNode]: off,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
      [FuseV1Options.EnableNodeCliInspectArguments]: off,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
      [FuseV1Options.OnlyLoadAppFromAsar]: on,
      [FuseV1Options.EnableCookieEncryption]: on,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: off,
    });
    expect(await readdir(packed.resources)).toEqual(['app-update.yml', 'app.asar', 'command', 'renderer']);
  });
});

describe('the packager', () => {
  it('checks the configuration of every system: what it does not know stops it', async () => {
    await expect(electronBuilder('--linux', 'dir', '-c.nsis.oneKlick=true')).rejects.toThrow(/oneKlick/);
  });

  it('finds every file that the configuration names, of systems that are not this one too', async () => {
    const named = [
      config.win?.icon,
      config.mac?.icon,
      config.mac?.entitlements,
      config.nsis?.include,
      config.linux?.icon,
    ];
    for (const file of named) expect((await stat(join(root, String(file)))).size).toBeGreaterThan(0);
    expect(config.mac?.entitlementsInherit).toBe(config.mac?.entitlements);
    expect(await readdir(join(root, String(config.linux?.icon)))).toContain('256x256.png');
  });
});

/** Packages that a bundle imports: of `@peculiar/x509/build`, `@peculiar/x509/build`. */
function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|[;\n}])\s*(?:import|export)\b[^'"();]*["']([^'"]+)["']|\bimport\(\s*["']([^'"]+)["']/g,
  );
  const names = [...found].map(([, one, other]) => one ?? other ?? '');
  return names.filter((name) => !name.startsWith('.') && !isBuiltin(name) && name !== 'electron');
}

function canResolve(from: string, name: string): boolean {
  const [scope = '', rest] = name.split('/');
  return isPacked(from, scope.startsWith('@') ? `${scope}/${rest}` : scope);
}

/** Whether the package lies where Node.js looks for it from there. By its folder: not every package exports its package.json. */
function isPacked(from: string, name: string): boolean {
  const places = createRequire(from).resolve.paths(name) ?? [];
  const inside = places.filter((place) => place.startsWith(packed.extracted));
  return inside.some((place) =>
    packed.paths.includes(join(place, name, 'package.json').slice(packed.extracted.length + 1)),
  );
}
