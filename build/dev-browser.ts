import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Access, readAccess } from '../core/admin/http/access-file.ts';
import { connectToServer } from '../core/admin/http-client.ts';
import type { Terminal } from '../core/cli/surroundings.ts';
import { proxyTo } from './dev-proxy.ts';
import { addressOf, startDevServer } from './dev-server.ts';
import { root } from './window.ts';

/**
 * Shows the window with hot reload in a browser, on the server that runs on the data folder or on one that is started
 * with `mailroom serve` and ends with this.
 */
export async function developInBrowser(data: string, port: number, terminal: Terminal): Promise<void> {
  const access = (await running(data)) ?? (await ownServer(data));
  const proxy = proxyTo(`http://${access.address}:${access.port}`);
  const vite = await startDevServer({ server: { port, proxy } });
  terminal.err(`The settings window with hot reload: ${addressOf(vite)}#token=${access.token}\n`);
}

/** How to reach the server of the data folder; undefined while none answers. */
async function running(data: string): Promise<Access | undefined> {
  return (await connectToServer(data)) && (await readAccess(data));
}

async function ownServer(data: string): Promise<Access> {
  const child = startServer(data);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGINT', () => {}); // the terminal tells the server too, and this ends with it
  for (;;) {
    await setTimeout(100);
    const access = await running(data);
    if (access !== undefined) return access;
  }
}

/** Starts a server, which people see and end with Ctrl+C as the one of `npm start`. */
function startServer(data: string): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'core/cli/main.ts'), 'serve', '--data', data], {
    stdio: 'inherit',
  });
  child.once('exit', (code) => process.exit(code ?? 1));
  return child;
}
