import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BootService, ServiceDefinition } from './boot-service.ts';
import { DATA_VALUE } from './machine-place.ts';
import type { SystemRun } from './system-run.ts';

const SERVER = '\\Mailroom\\Server';
const ENDING = '\\Mailroom\\End with Windows';
/** NT AUTHORITY\LocalService: few rights on the computer, none on the network. */
const ACCOUNT = 'S-1-5-19';

/**
 * Two tasks of Windows' Task Scheduler: one that runs the server from the start of the computer on, one that ends it in
 * order when Windows is about to shut down. @param key of the registry, where the data folder is written for everybody
 */
export function taskSchedulerService(run: SystemRun, key: string): BootService {
  return {
    async prepare(data) {
      await run('icacls', data, '/grant:r', `*${ACCOUNT}:(OI)(CI)F`);
    },
    async install(definition) {
      await register(run, SERVER, serverTask(definition));
      await register(run, ENDING, endingTask(definition));
      await run('reg', 'add', key, '/v', DATA_VALUE, '/t', 'REG_SZ', '/d', definition.data, '/f');
      await run('schtasks', '/run', '/tn', SERVER);
    },
    async remove() {
      for (const name of [SERVER, ENDING]) await run('schtasks', '/delete', '/tn', name, '/f').catch(() => ''); // there is none
      await run('reg', 'delete', key, '/v', DATA_VALUE, '/f').catch(() => '');
    },
    async giveTo(data) {
      await run('icacls', data, '/remove:g', `*${ACCOUNT}`);
    },
  };
}

async function register(run: SystemRun, name: string, task: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'mailroom-task-'));
  try {
    const file = join(scratch, 'task.xml');
    await writeFile(file, `\uFEFF${task}`, 'utf16le');
    await run('schtasks', '/create', '/tn', name, '/xml', file, '/f');
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** For as long as the computer runs, on batteries too: Windows would end a task after three days. */
function serverTask({ program, args, data }: ServiceDefinition): string {
  const words = [...args, 'serve', '--keep-running', '--data', data];
  const trigger = '<BootTrigger><Enabled>true</Enabled></BootTrigger>';
  return taskText('Receives and keeps the mail of this office', trigger, program, words);
}

/** Event 1074 of User32 is written when somebody, or an update, begins to shut Windows down or to restart it. */
function endingTask({ program, args, data }: ServiceDefinition): string {
  const query = `<QueryList><Query Id="0" Path="System"><Select Path="System">*[System[Provider[@Name='User32'] and EventID=1074]]</Select></Query></QueryList>`;
  const trigger = `<EventTrigger><Enabled>true</Enabled><Subscription>${escaped(query)}</Subscription></EventTrigger>`;
  return taskText('Ends the mail server in order', trigger, program, [...args, 'stop', '--data', data]);
}

/** [MS-TSCH] section 2.5. */
function taskText(about: string, trigger: string, program: string, args: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>${about}</Description></RegistrationInfo>
  <Triggers>${trigger}</Triggers>
  <Principals><Principal id="Author"><UserId>${ACCOUNT}</UserId></Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
    <Priority>5</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec><Command>${escaped(program)}</Command><Arguments>${escaped(args.map(windowsWord).join(' '))}</Arguments></Exec>
  </Actions>
</Task>
`;
}

/** As programs of Windows take their command line apart: `\` counts before a quote only. */
export function windowsWord(text: string): string {
  return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
