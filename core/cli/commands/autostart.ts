import { readFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { Autostart, type AutostartWay, autostartWays } from '../../autostart/autostart.ts';
import { autostartHere } from '../../autostart/this-computer.ts';
import { commandLimits } from '../../base/limits.ts';
import { isInUse } from '../administration.ts';
import { ownDataFolder } from '../data-folder.ts';
import type { Surroundings } from '../surroundings.ts';
import { stopServer } from './stop.ts';

export function addAutostartCommands(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  const autostart = program.command('autostart').description('when the server starts by itself');
  autostart
    .command('show')
    .description('show when the server starts by itself, and where its mail is')
    .action(async () => {
      const { way, data } = await here(surroundings).show();
      terminal.out(`${way}: ${meanings[way]}; the mail is in ${data}\n`);
    });
  autostart
    .command('set')
    .description('choose when the server starts by itself; its mail comes along')
    .addArgument(new Argument('<when>', 'when').choices(autostartWays))
    .option('--leave-mail', 'the mail of a server that started with the computer stays where it is')
    .addHelpText('after', `\n${autostartWays.map((way) => `  ${way.padEnd(6)} ${meanings[way]}`).join('\n')}`)
    .action(async (way: AutostartWay, { leaveMail }: { readonly leaveMail?: true }) => {
      for (const line of await here(surroundings).set(way, leaveMail)) terminal.out(`${line}\n`);
    });
}

const meanings: Readonly<Record<AutostartWay, string>> = {
  login: 'the app starts when you log on',
  boot: 'the server starts with the computer, before anybody logs on (an administrator sets this)',
  off: 'nothing starts by itself',
};

function here(surroundings: Surroundings): Autostart {
  const { env, platform, home } = surroundings;
  const person = { env, platform, home: callersHome(env, platform) ?? home };
  return new Autostart(
    autostartHere({
      ...person,
      ownData: ownDataFolder(person),
      node: process.execPath,
      script: process.argv[1] ?? '',
      isInUse,
      endServer: (data) => stopServer({ data, within: commandLimits.stopWithin }, surroundings),
    }),
  );
}

/** With sudo, the person is who called it. */
function callersHome(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const name = env['SUDO_USER'];
  if (name === undefined || platform === 'win32' || process.geteuid?.() !== 0) return undefined;
  if (platform === 'darwin') return `/Users/${name}`;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  return line?.split(':')[5];
}
