import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../electron/free-port.ts';
import { RawImap } from '../support/raw-imap.ts';
import { RunningApp } from './running-app.ts';
import { addUserInWindow, takeOverInWindow, userInWindow } from './window-steps.ts';

const ANNA = { name: 'anna', password: 'annas secret 1' };
const KAREN = { name: 'karen', password: 'karens secret 1' };

/**
 * What somebody does on his first day with the installed app, and on the second. The icon in the tray is the desktop's and
 * cannot be driven from here.
 * @param data an empty folder
 * @param step told of everything that was seen to work
 * @throws Error with what did not
 */
export async function journey(program: string, data: string, step: (done: string) => void): Promise<void> {
  const port = await freePort();
  const bindings = [{ address: '127.0.0.1', port, encryption: 'starttls' }];
  await writeFile(
    join(data, 'settings.json'),
    JSON.stringify({ admin: { port: 0 }, imap4: { general: { bindings } } }),
  );
  await firstDay(program, data, port, step);
  await secondDay(program, data, step);
}

async function firstDay(program: string, data: string, port: number, step: (done: string) => void): Promise<void> {
  const app = await RunningApp.start(program, data);
  try {
    const page = await app.window();
    step('the window opens');
    await takeOverInWindow(page, ANNA);
    step('the welcome takes the first user’s name and password');
    await addUserInWindow(page, KAREN);
    step('a user is added in the window');
    const client = await RawImap.connect({ port });
    await client.login(KAREN.name, KAREN.password);
    await client.append('INBOX', Buffer.from('Subject: first\r\n\r\nThe zebra\r\n'));
    await client.ok('SELECT INBOX');
    const found = (await client.ok('SEARCH BODY zebra')).untagged;
    if (!found.includes('* SEARCH 1')) throw new Error(`the message was not found: ${found.join(' ')}`);
    step('he logs in over IMAP, stores a message and finds it: the threads run from the archive');
    await needNoNode(app, data);
    step('the program runs nobody’s code as Node.js');
    const bye = client.expectUntagged(/^\* BYE/);
    needClean(await app.quit());
    await bye;
    step('asked to quit, it says BYE to him and ends cleanly');
  } finally {
    app.kill();
  }
}

async function secondDay(program: string, data: string, step: (done: string) => void): Promise<void> {
  const app = await RunningApp.start(program, data);
  try {
    await userInWindow(await app.window(), KAREN.name);
    step('started again, it shows the window and the user');
    needClean(await app.quit());
    step('and quits');
  } finally {
    app.kill();
  }
}

/** With the fuse in place the variable means nothing: the program is one more start of the app, which ends at once. */
async function needNoNode(app: RunningApp, data: string): Promise<void> {
  const mark = join(data, 'ran-as-node');
  const code = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`;
  await app.startAgain(['-e', code], { ELECTRON_RUN_AS_NODE: '1' });
  const ran = await access(mark).then(
    () => true,
    () => false,
  );
  if (ran) throw new Error('ELECTRON_RUN_AS_NODE ran code: the fuse is not set');
}

function needClean(code: number | null): void {
  if (code !== 0) throw new Error(`the app ended with ${code}`);
}
