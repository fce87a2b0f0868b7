import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { closeToOthers } from '../base/windows-access.ts';
import type { AutostartParts } from './autostart.ts';
import type { BootService, Owner } from './boot-service.ts';
import { launchdService } from './launchd.ts';
import { autostartFile, type LoginItem, runValue } from './login-item.ts';
import { machineData, machinePlace } from './machine-place.ts';
import { type SystemRun, systemRun } from './system-run.ts';
import { systemdService } from './systemd.ts';
import { taskSchedulerService } from './task-scheduler.ts';

interface Asking {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** The home folder of who asks; with `sudo` of the person who called it. */
  readonly home: string;
  readonly ownData: string;
  /** The program of the command: Node.js's, and the file that it runs. */
  readonly node: string;
  readonly script: string;
  readonly isInUse: (data: string) => Promise<boolean>;
  readonly endServer: (data: string) => Promise<void>;
}

/** Autostart as this computer has it. */
export function autostartHere(asking: Asking, run: SystemRun = systemRun): AutostartParts {
  const { platform, env, node, script, home, ownData, isInUse, endServer } = asking;
  const place = machinePlace({ platform, env });
  return {
    ...{ ownData, machineData: place.data, isInUse, endServer },
    isBoot: () => machineData({ platform, env }) !== undefined,
    service: serviceOf(platform, place.definition, run),
    loginItem: () => loginItemOf(asking, run),
    server: { program: node, args: [script] },
    owner: ownerOf(home, platform),
    async needAdministrator() {
      needReadableProgram(node, platform);
      if (!(await isAdministrator(platform, run)))
        throw new UserError(elevation[platform === 'win32' ? 'windows' : 'unix']);
    },
    closeToOthers: async (data) => {
      if (platform === 'win32') await closeToOthers(data);
    },
  };
}

const elevation = {
  windows:
    'Only an administrator may do this: open cmd or PowerShell with "Run as administrator", and run it there again',
  unix: 'Only an administrator may do this: run it again with sudo before it',
} as const;

function serviceOf(platform: NodeJS.Platform, definition: string, run: SystemRun): BootService {
  if (platform === 'win32') return taskSchedulerService(run, definition);
  return platform === 'darwin' ? launchdService(run, definition) : systemdService(run, definition);
}

/** S-1-16-12288 is the label of a program that runs as administrator; names would be translated. */
async function isAdministrator(platform: NodeJS.Platform, run: SystemRun): Promise<boolean> {
  if (platform !== 'win32') return process.geteuid?.() === 0;
  return (
    (await run('whoami', '/groups')).includes('S-1-16-12288') || (await run('whoami', '/user')).includes('S-1-5-18')
  );
}

/** A program in a person's own folder could not be run by the service's account, and anybody with that person's rights could change it. */
function needReadableProgram(node: string, platform: NodeJS.Platform): void {
  const homes =
    { win32: /^[a-z]:\\users\\/i, darwin: /^\/Users\// }[platform as 'win32' | 'darwin'] ?? /^\/(home|root)\//;
  if (!homes.test(node)) return;
  throw new UserError(
    `The program ${node} is in a person's own folder, where the system's accounts may not run it: install Mailroom for all users, and run its own "mailroom autostart set boot"`,
  );
}

function loginItemOf({ platform, env, home, node }: Asking, run: SystemRun): LoginItem {
  const resources = join(dirname(node), '..');
  const program = join(resources, '..', platform === 'win32' ? 'Mailroom.exe' : 'mailroom-app');
  if (platform === 'darwin')
    throw new UserError('On a Mac the app itself says so: General, "Start Mailroom with the computer"');
  if (!existsSync(program))
    throw new UserError(
      'This is the app’s own setting, and no app is installed here: start it with your system’s own means',
    );
  if (platform === 'win32') return runValue(run, program);
  return autostartFile(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), program, ownerOf(home, platform));
}

function ownerOf(home: string, platform: NodeJS.Platform): Owner | undefined {
  if (platform === 'win32') return undefined;
  const { uid, gid } = statSync(home);
  return { uid, gid };
}
