import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from '../../build/window.ts';
import { connectToServer } from '../../core/admin/http-client.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

it('a server that nobody looks after comes back after a crash, and stays away when it was told to end', async () => {
  const data = await makeTempFolder('keep-running');
  ending.push(() => removeFolder(data));
  const places = ['--host', '127.0.0.1', '--imap-port', '0', '--imaps-port', '0', '--data', data];
  const keeper: ChildProcess = spawn(
    process.execPath,
    [join(root, 'core/cli/main.ts'), 'serve', '--keep-running', ...places],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  ending.push(() => keeper.kill('SIGKILL'));
  const exited = once(keeper, 'exit');
  await once(keeper.stdout!, 'data');
  const pid = Number(await readFile(join(data, 'run', 'lock.pid'), 'utf8'));
  expect(pid).not.toBe(keeper.pid);
  process.kill(pid, 'SIGKILL');
  await once(keeper.stdout!, 'data'); // ready again
  const server = await connectToServer(data);
  expect(Number(await readFile(join(data, 'run', 'lock.pid'), 'utf8'))).not.toBe(pid);
  expect(await server?.call('server.stop', {})).toMatchObject({ ok: true });
  server?.close();
  expect(await exited).toEqual([0, null]);
});
