import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { systemRandom } from '../../core/base/random.ts';
import { createMailServer } from '../../core/server.ts';
import { freePort } from '../electron/free-port.ts';
import { closing, openSocket } from '../support/raw-socket.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { KAREN, startTestServer } from '../support/test-server.ts';

const SIZE = 30_000_000;

describe('a server that stops', () => {
  it('can be started again in the same process, as often as people stop and start it', async () => {
    const { server, data } = await startTestServer();
    const report = vi.spyOn(process.report, 'getReport'); // on Windows it walks all stacks at once, and may end the process
    let running = server;
    server.settings.set('imap4.general.bindings', [
      { address: '127.0.0.1', port: await freePort(), encryption: 'starttls' },
    ]);
    try {
      for (let round = 1; round <= 25; round++) {
        await running.stop();
        running = await createMailServer({ data }, { clock: systemClock, random: systemRandom, logger: silentLogger });
        await running.imap4.start();
      }
      expect(running.directory.find(KAREN.name)).toBeDefined();
      expect(report).not.toHaveBeenCalled();
    } finally {
      report.mockRestore();
      await running.stop();
      await removeFolder(data);
    }
  });

  it('has no code that asks for a diagnostic report, however that is written: the linter refuses it', async () => {
    const lines = [
      'process.report.getReport();',
      "process?.['report'].writeReport('x');",
      "import { pid, report } from 'node:process';",
      'const { pid: own, report: mine } = process;',
    ];
    const project = join(import.meta.dirname, '../..');
    const { plugins } = JSON.parse(await readFile(join(project, 'biome.json'), 'utf8')) as { plugins: string[] };
    const folder = await makeTempFolder('lint');
    onTestFinished(() => removeFolder(folder));
    for (const plugin of plugins) await cp(join(project, plugin), join(folder, plugin));
    await writeFile(join(folder, 'biome.json'), JSON.stringify({ plugins }));
    await writeFile(join(folder, 'asks.ts'), lines.join('\n'));
    const biome = join(project, 'node_modules/@biomejs/biome/bin/biome');
    const lint = promisify(execFile)(process.execPath, [biome, 'lint', 'asks.ts'], { cwd: folder });
    const refused: { stderr: string } = await lint.catch((error) => error);
    const at = refused.stderr.matchAll(/asks\.ts:(\d+):\d+ plugin[^×]*× The product asks for no diagnostic report/g);
    expect(new Set(Array.from(at, ([, line]) => Number(line)))).toEqual(new Set(lines.map((_, index) => index + 1)));
  });

  it('says BYE to all, never into the middle of a message, and is not held up by anybody', async () => {
    const server = await startTestServer();
    const idle = await server.client();
    const [inIdle, stuck] = await Promise.all([server.client(), server.client()]);
    const stranger = await server.connect();
    await openSocket(server.tlsPort);
    await idle.append('INBOX', Buffer.alloc(SIZE, 'large mail '));
    for (const client of [inIdle, stuck]) await client.ok('SELECT INBOX');
    await inIdle.idle();
    const fetched = await fetchSlowly(server.port);
    stuck.pause();
    stuck.send('x FETCH * BODY.PEEK[]\r\n');
    const byes = [idle, inIdle, stranger].map((client) => client.expectUntagged(/^\* BYE /));
    const stopped = server.server.stop();
    await Promise.all(byes);
    const message = await fetched();
    expect(message.length).toBeGreaterThan(0);
    expect(message.includes('BYE')).toBe(false);
    await stopped;
    await server.stop();
  });

  /** Begins to read a message; what it answers reads on to the end and gives what came of the message. */
  async function fetchSlowly(port: number): Promise<() => Promise<Buffer>> {
    const socket = await openSocket(port);
    socket.pause();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(`a LOGIN karen "${KAREN.password}"\r\nb SELECT INBOX\r\nc FETCH * BODY.PEEK[]\r\n`);
    socket.resume();
    const announced = Buffer.from(`{${SIZE}}\r\n`);
    while (!Buffer.concat(chunks).includes(announced)) await once(socket, 'data');
    socket.pause();
    return async () => {
      socket.resume();
      await closing(socket);
      const all = Buffer.concat(chunks);
      const start = all.indexOf(announced) + announced.length;
      return all.subarray(start, start + SIZE);
    };
  }

  it('waits for what is under way before it closes the store, though the client has gone', async () => {
    const server = await startTestServer();
    const [client, bystander] = [await server.client(), await server.client()];
    const user = server.server.directory.find(KAREN.name)!;
    const account = await server.server.store.account(user.accountId);
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const append = account.append.bind(account);
    let added = false;
    account.append = async (...args) => {
      begin();
      await new Promise((resolve) => setTimeout(resolve, 300)); // a slow disk
      const result = await append(...args);
      added = true;
      return result;
    };
    client.append('INBOX', Buffer.from('Subject: x\r\n\r\n')).catch(() => {});
    await begun;
    client.reset();
    for (let turn = 0; turn < 3; turn++) await bystander.ok('NOOP'); // the server has seen the reset
    await server.stop(); // throws when the server has logged an error
    expect(added).toBe(true);
  });
});
