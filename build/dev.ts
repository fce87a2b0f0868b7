import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { type Access, readAccess } from '../core/admin/http/access-file.ts';
import { connectToServer } from '../core/admin/http-client.ts';
import { defaultDataFolder } from '../core/cli/data-folder.ts';
import { systemSurroundings } from '../core/cli/surroundings.ts';
import { proxyTo } from './dev-proxy.ts';
import { root } from './window.ts';

/**
 * `npm run dev`: the settings window with hot reload, on the server that runs on the data folder or on one that is started
 * with `mailroom serve` and ends with this.
 */
const { values } = parseArgs({ options: { data: { type: 'string' }, port: { type: 'string', default: '5173' } } });
const data = values.data ?? defaultDataFolder(systemSurroundings());

/** How to reach the server of the data folder; undefined while none answers. */
async function running(): Promise<Access | undefined> {
  return (await connectToServer(data)) && (await readAccess(data));
}

/** Starts a server, which people see and end with Ctrl+C as the one of `npm start`. */
function startServer(): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'core/cli/main.ts'), 'serve', '--data', data], {
    stdio: 'inherit',
  });
  child.once('exit', (code) => process.exit(code ?? 1));
  return child;
}

async function serverAccess(): Promise<Access> {
  let access = await running();
  if (access === undefined) {
    const child = startServer();
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    process.on('SIGINT', () => {}); // the terminal tells the server too, and this ends with it
  }
  while (access === undefined) {
    await setTimeout(100);
    access = await running();
  }
  return access;
}

const { address, port, token } = await serverAccess();
const vite = await createServer({
  root: join(root, 'renderer'),
  configFile: join(root, 'renderer/vite.config.ts'),
  server: { host: '127.0.0.1', port: Number(values.port), proxy: proxyTo(`http://${address}:${port}`) },
});
await vite.listen();
const own = vite.resolvedUrls?.local[0] ?? '';
process.stderr.write(`The settings window with hot reload: ${own}#token=${token}\n`);
