import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { packagedProgram } from './packaged-program.ts';

let folder: string;
beforeEach(async () => {
  folder = await makeTempFolder('installers');
});
afterEach(() => removeFolder(folder));

const put = async (path: string) => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), '');
};

describe('the test of the packaged app', () => {
  it('finds the app of this computer among those that were packaged', async () => {
    for (const path of ['win-unpacked/Mailroom.exe', 'linux-unpacked/mailroom']) await put(path);
    for (const path of ['mac', 'mac-arm64']) await put(`${path}/Mailroom.app/Contents/MacOS/Mailroom`);
    const found = (platform: NodeJS.Platform, arch: string) => packagedProgram(folder, { platform, arch });
    expect(found('win32', 'x64')).toBe(join(folder, 'win-unpacked/Mailroom.exe'));
    expect(found('darwin', 'arm64')).toContain(join('mac-arm64', 'Mailroom.app'));
    expect(found('darwin', 'x64')).toContain(join('mac', 'Mailroom.app'));
    expect(found('linux', 'x64')).toBe(join(folder, 'linux-unpacked/mailroom'));
  });

  it('fails where there is none, and says how to make one, instead of passing without having looked', async () => {
    expect(() => packagedProgram(folder, { platform: 'linux', arch: 'x64' })).toThrow(/npm run package/);
    const run = promisify(execFile)(process.execPath, [
      join(import.meta.dirname, 'main.ts'),
      '--program',
      join(folder, 'none'),
    ]);
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^not ok {2}\S/) });
  });
});
