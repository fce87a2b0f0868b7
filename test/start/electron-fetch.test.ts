import { access, constants, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ElectronPackage, electronPackage, installedProgram, programPath } from '../../build/electron-binary.ts';
import { type FetchProgress, fetchElectron } from '../../build/electron-fetch.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { makeDist, makePackage, makeRelease, VERSION } from './fake-electron.ts';
import { Mirror } from './mirror.ts';

const PROGRAM = Buffer.from('what Electron’s makers have published');
const RELEASE = makeRelease(PROGRAM);

let folder: string;
let mirror: Mirror;
let electron: ElectronPackage;
beforeEach(async () => {
  folder = await makeTempFolder('electron');
  mirror = await Mirror.start();
  mirror.content = RELEASE;
  vi.stubEnv('ELECTRON_MIRROR', mirror.address);
  electron = await electronPackage(
    { electron_config_cache: join(folder, 'cache') },
    await makePackage(join(folder, 'package'), RELEASE),
  );
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await mirror.stop().catch(() => {});
  await removeFolder(folder);
});

const fetched = async (silence?: number) => {
  const progress: FetchProgress[] = [];
  const onProgress = (now: FetchProgress) => void progress.push(now);
  const program = await fetchElectron(electron, silence === undefined ? { onProgress } : { onProgress, silence });
  return { program, progress };
};

const expectNothing = async () => {
  expect(await installedProgram(electron)).toBeUndefined();
  expect((await readdir(electron.folder)).filter((name) => name === 'dist' || name === 'path.txt')).toEqual([]);
};

describe('fetching Electron', () => {
  it('leaves a program that runs, and tells all the way how much has come', async () => {
    mirror.manner = { pause: 5 };
    const { program, progress } = await fetched();
    expect(await readFile(program)).toEqual(PROGRAM);
    await access(program, constants.X_OK);
    expect(await installedProgram(electron)).toBe(program);
    expect(progress.length).toBeGreaterThanOrEqual(10);
    expect(progress.at(-1)).toMatchObject({ transferred: RELEASE.length, total: RELEASE.length });
    expect(mirror.asked).toEqual([`/v${VERSION}/electron-v${VERSION}-${process.platform}-${process.arch}.zip`]);
  });

  it('asks the network once: an installation made anew takes what came before', async () => {
    await fetched();
    await rm(electron.folder, { recursive: true });
    await makePackage(electron.folder, RELEASE);
    const { program } = await fetched();
    expect(await readFile(program)).toEqual(PROGRAM);
    await access(program, constants.X_OK);
    expect(mirror.asked).toHaveLength(1);
  });

  it('runs nothing that its makers have not published, and is not spoiled by it for the next time', async () => {
    mirror.content = makeRelease(Buffer.from('somebody else’s'));
    await expect(fetched()).rejects.toThrow('not what Electron’s makers have published');
    await expectNothing();
    mirror.content = RELEASE;
    await fetched();
  });

  it('ends when nothing comes any more, before the first octet and after it: mail waits', async () => {
    for (const manner of ['silent', 'hangs'] as const) {
      mirror.manner = manner;
      await expect(fetched(200)).rejects.toThrow('nothing came for 0.2 seconds');
      await expectNothing();
    }
  });

  it('has patience with a slow line on which something comes', async () => {
    mirror.manner = { pause: 60 };
    await fetched(300);
    expect(await installedProgram(electron)).toBeDefined();
  });

  it('says why nothing came: refused, cut off, not there', async () => {
    mirror.manner = 'not found';
    await expect(fetched()).rejects.toThrow('404');
    mirror.manner = 'breaks';
    await expect(fetched()).rejects.toThrow(/./);
    await mirror.stop();
    await expect(fetched()).rejects.toThrow('ECONNREFUSED 127.0.0.1');
    await expectNothing();
  });

  it('goes through the proxy that the environment names: an office may have no other way', async () => {
    vi.stubEnv('ELECTRON_MIRROR', 'http://electron.invalid/');
    const proxied = { ...electron, env: { ...electron.env, http_proxy: mirror.address } };
    await expect(fetchElectron(proxied, { onProgress() {} })).rejects.toThrow(/./);
    expect(mirror.asked.join()).toContain('electron.invalid');
  });
});

describe('an Electron that is there', () => {
  it('is one that was unpacked to the end, and of this version', async () => {
    const path = programPath(process.platform);
    await makeDist(join(electron.folder, 'dist'), { content: PROGRAM });
    const put = (name: string, text: string) => writeFile(join(electron.folder, name), text);
    await put('dist/version', VERSION);
    expect(await installedProgram(electron)).toBeUndefined();
    await put('path.txt', path);
    expect(await installedProgram(electron)).toBe(join(electron.folder, 'dist', path));
    await put('dist/version', '44.0.0');
    expect(await installedProgram(electron)).toBeUndefined();
    await put('dist/version', `v${VERSION}`);
    await rm(join(electron.folder, 'dist', path));
    expect(await installedProgram(electron)).toBeUndefined();
  });

  it('is where ELECTRON_OVERRIDE_DIST_PATH says, or the reason names the variable', async () => {
    const own = await makeDist(join(folder, 'own'), { content: PROGRAM });
    const found = { ...electron, env: { ELECTRON_OVERRIDE_DIST_PATH: own } };
    expect(await installedProgram(found)).toBe(join(own, programPath(process.platform)));
    await mkdir(join(folder, 'empty'));
    const missing = { ...electron, env: { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'empty') } };
    await expect(installedProgram(missing)).rejects.toThrow('ELECTRON_OVERRIDE_DIST_PATH');
  });
});
