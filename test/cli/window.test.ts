import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { accessOf } from '../../core/admin/http/testing.ts';
import { windowLine } from '../../core/cli/introduction.ts';
import { runMailroom } from '../support/server-process.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';

let data: string;
let started: ChildProcess;
beforeEach(async () => {
  data = await makeTempFolder('start');
});
afterEach(async () => {
  started.kill('SIGKILL');
  await removeFolder(data);
});

/** Runs what `npm start` runs, until the pattern has come on stderr. Gives what came on both. */
async function start(pattern: RegExp): Promise<{ out: string; err: string }> {
  const script = join(import.meta.dirname, '../../build/start.ts');
  const args = [script, '--data', data, '--host', '127.0.0.1', '--imap-port', '0', '--imaps-port', '0'];
  started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  started.stdout!.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  started.stderr!.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  while (!pattern.test(said.err)) {
    if (started.exitCode !== null) throw new Error(`it ended with ${started.exitCode}:\n${said.err}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return said;
}

it('npm start serves the window, says where, and leaves stdout to programs', async () => {
  const { out, err } = await start(/settings window.*\n/);
  const { port, token } = await accessOf(data);
  // No screen: it may be a journal that more people read than the data folder.
  expect(err).toContain(`The settings window: http://127.0.0.1:${port}/ ("mailroom window" prints`);
  expect(out + err).not.toContain(token);
  expect(windowLine({ port, token }, true)).toBe(`The settings window: http://127.0.0.1:${port}/#token=${token}\n`);
  expect(out).toMatch(/^ready imap=\S+ imaps=\S+ data=.*\n$/);
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('<title>Mailroom</title>');

  // The line is gone from the terminal, or was never there: the server is a service.
  const asked = await runMailroom(['window', '--data', data]);
  expect(asked).toEqual({ code: 0, stdout: `http://127.0.0.1:${port}/#token=${token}\n`, stderr: '' });

  // Whoever reads a log that was sent to somebody for help must not get the token.
  const exit = once(started, 'exit');
  expect(await runMailroom(['stop', '--data', data])).toMatchObject({ code: 0, stdout: 'stopped\n' });
  expect(await exit).toEqual([0, null]);
  for (const name of await readdir(join(data, 'logs'))) {
    expect(await readFile(join(data, 'logs', name), 'utf8')).not.toContain(token);
  }
  const gone = await runMailroom(['window', '--data', data]);
  expect(gone).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('mailroom serve') });
});
