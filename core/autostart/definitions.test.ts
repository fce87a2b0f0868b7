import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchdService, plistText } from './launchd.ts';
import { systemdService, unitText } from './systemd.ts';
import { taskSchedulerService, windowsWord } from './task-scheduler.ts';

const odd = { program: '/opt/Büro & Söhne "x"/node', args: ['/opt/a b/mailroom.mjs'], data: '/var/lib/100 % $HOME\\' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-definitions-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A system that does what it is told; of a task it keeps the definition. */
function recorder() {
  const asked: string[] = [];
  const tasks: string[] = [];
  return {
    ...{ asked, tasks },
    run: async (program: string, ...args: readonly string[]) => {
      asked.push([program, ...args].join(' '));
      const file = args[args.indexOf('/xml') + 1];
      if (args.includes('/xml')) tasks.push(await readFile(file!, 'utf16le'));
      return '';
    },
  };
}

describe('what starts the server with the computer', () => {
  const verify = '/usr/bin/systemd-analyze';
  it.skipIf(!existsSync(verify))('is a unit that systemd takes, whatever letters are in the paths', async () => {
    const file = join(folder, 'mailroom.service');
    await writeFile(file, unitText({ program: process.execPath, args: ['/opt/a b/mailroom.mjs'], data: '/var/lib/x' }));
    execFileSync(verify, ['verify', '--man=no', file], { stdio: 'pipe' }); // throws when it does not
    expect(unitText(odd)).toContain(
      'ExecStart="/opt/Büro & Söhne \\"x\\"/node" "/opt/a b/mailroom.mjs" "serve" "--data" "/var/lib/100 %% $$HOME\\\\"\n',
    );
  });

  it('is a daemon of launchd whose words come out of the property list as they went in', () => {
    const words = [...plistText(odd).matchAll(/^ {4}<string>(.*)<\/string>$/gm)].map(([, word = '']) => word);
    const plain = words.map((word) => word.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
    expect(plain).toEqual([odd.program, ...odd.args, 'serve', '--keep-running', '--data', odd.data]);
  });

  it('is a task of Windows, which runs for more than three days, on batteries too, and as nobody with rights', async () => {
    const { run, tasks, asked } = recorder();
    const key = 'HKLM\\Software\\Mailroom';
    await taskSchedulerService(run, key).install(odd);
    const [server = '', ending = ''] = tasks;
    expect(server).toContain('<BootTrigger>');
    for (const text of ['PT0S', '<UserId>S-1-5-19<', '<StopIfGoingOnBatteries>false<']) expect(server).toContain(text);
    expect(server).toContain('&amp; Söhne'); // in XML
    expect(ending).toContain('EventID=1074');
    expect(ending).toMatch(/<Arguments>.*"stop" "--data"/);
    expect(asked).toContain(`reg add ${key} /v DataFolder /t REG_SZ /d ${odd.data} /f`);
  });

  it('has words that programs of Windows take apart again as they were', () => {
    // CommandLineToArgvW: backslashes count where quotes follow.
    const apart = (line: string) =>
      line.slice(1, -1).replace(/(\\*)"/g, (_all, before: string) => `${'\\'.repeat(before.length / 2)}"`);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\\', '"', ' ', 'a')).map((all) => all.join('')),
        (word) => {
          const written = windowsWord(word);
          const end = /\\*$/.exec(written.slice(0, -1))?.[0].length ?? 0;
          expect(end % 2).toBe(0); // or the last quote would be a letter
          const halved = `${written.slice(0, -1 - end)}${'\\'.repeat(end / 2)}"`;
          expect(apart(halved)).toBe(word);
        },
      ),
    );
  });

  it('can be taken away where there is none, and is gone afterwards', async () => {
    const failing = async (program: string, ...args: readonly string[]) => {
      if (/disable|bootout|delete/.test(args.join(' '))) throw new Error(`${program}: there is none`);
      return '';
    };
    const file = join(folder, 'definition');
    for (const service of [systemdService(failing, file), launchdService(failing, file)]) {
      await writeFile(file, '');
      await service.remove();
      expect(existsSync(file)).toBe(false);
    }
    await taskSchedulerService(failing, 'HKLM\\Software\\Mailroom').remove();
  });
});
