import { execFile } from 'node:child_process';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SessionInfo } from '../../core/admin/contract.ts';
import { lacks } from '../../core/base/testing-windows.ts';
import { ConnectionFailed, RawImap } from '../support/raw-imap.ts';
import { addUser, runMailroom, ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';

const MAIN = join(import.meta.dirname, '../../core/cli/main.ts');
const LIMIT = 'imap4.advanced.concurrentLoginsPerUser';
const password = 'karens secret 1';

let data: string;
let server: ServerProcess;
let clients: RawImap[] = [];

/** @throws when it does not end well. Returns stdout. */
async function mailroom(args: readonly string[], stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await runMailroom([...args, '--data', data], stdin);
  if (code !== 0) throw new Error(`mailroom ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

async function connect(): Promise<RawImap> {
  const client = await RawImap.connect({ port: server.imapPort });
  clients.push(client);
  return client;
}

async function logIn(name = 'karen', secret = password) {
  const client = await connect();
  return { client, reply: await client.command(`LOGIN ${name} "${secret}"`) };
}

afterEach(() => {
  for (const client of clients) client.destroy();
  clients = [];
});

describe('commands while a server runs', () => {
  beforeAll(async () => {
    data = join(await makeTempFolder('live'), 'data');
    await addUser(data, 'karen', password);
    server = await ServerProcess.start({ dataDir: data });
  });
  afterAll(async () => {
    await server.stop();
    await removeFolder(join(data, '..'));
  });

  it('a setting takes effect at once, for the very next login', async () => {
    await mailroom(['settings', 'set', LIMIT, '1']);
    expect((await logIn()).reply.status).toBe('OK');
    const second = await logIn();
    expect(second.reply).toMatchObject({ status: 'NO', code: 'LIMIT' });
    await mailroom(['settings', 'set', LIMIT, '20']);
    expect((await second.client.command(`LOGIN karen "${password}"`)).status).toBe('OK');
    expect(await mailroom(['settings', 'get', LIMIT])).toBe('20\n');
  });

  it('a new user gets in, a new password holds, and a disabled user is out, sessions and all', async () => {
    await mailroom(['user', 'add', 'anna', '--password-stdin'], 'annas secret 3\n');
    const { client, reply } = await logIn('anna', 'annas secret 3');
    expect(reply.status).toBe('OK');
    await mailroom(['user', 'passwd', 'anna', '--password-stdin'], 'annas secret 4\n');
    expect((await logIn('anna', 'annas secret 3')).reply.code).toBe('AUTHENTICATIONFAILED');
    expect((await logIn('anna', 'annas secret 4')).reply.status).toBe('OK');
    const bye = client.expectUntagged(/^\* BYE .*disabled/);
    await mailroom(['user', 'disable', 'anna']);
    await bye;
    await client.closed;
    expect((await logIn('anna', 'annas secret 4')).reply.status).toBe('NO');
    await mailroom(['user', 'enable', 'anna']);
    expect((await logIn('anna', 'annas secret 4')).reply.status).toBe('OK');
    await mailroom(['user', 'delete', 'anna', '--delete-mail']);
    expect((await logIn('anna', 'annas secret 4')).reply.code).toBe('AUTHENTICATIONFAILED');
  });

  it('kicks one session and leaves the others', async () => {
    const { client: first } = await logIn();
    const { client: second } = await logIn();
    await second.command('SELECT INBOX');
    const sessions = JSON.parse(await mailroom(['sessions', '--json'])) as SessionInfo[];
    const selected = sessions.filter(({ state }) => state === 'selected');
    expect(selected).toMatchObject([{ user: 'karen', mailbox: 'INBOX', lastCommand: 'SELECT' }]);
    const bye = second.expectUntagged(/^\* BYE /);
    expect(await mailroom(['sessions', 'kick', String(selected[0]?.id)])).toMatch(/^ended session \d+\n$/);
    await bye;
    await second.closed;
    expect((await first.command('NOOP')).status).toBe('OK');
  });

  it('two and more commands at once lose nothing of each other', async () => {
    const names = ['otto', 'paul', 'rosa', 'sara'];
    await Promise.all(names.map((name) => mailroom(['user', 'add', name])));
    const listed = await mailroom(['user', 'list']);
    for (const name of names) expect(listed).toMatch(new RegExp(`^${name} +enabled`, 'm'));
  });

  it('what is shared shows at once, and is gone at once', async () => {
    await mailroom(['public', 'add', 'Plans']);
    const { client } = await logIn();
    const list = async () => (await client.command('LIST "" "#public/*"')).untagged.join('\n');
    expect(await list()).not.toContain('Plans');
    await mailroom(['public', 'set', 'Plans', 'karen', 'read']);
    expect(await list()).toContain('#public/Plans');
    await mailroom(['public', 'set', 'Plans', 'karen', 'none']);
    expect(await list()).not.toContain('Plans');
  });

  it('stops and starts the service, whose listeners go and come', async () => {
    const { client } = await logIn();
    await mailroom(['service', 'stop', 'imap4']);
    await client.closed;
    await expect(RawImap.connect({ port: server.imapPort })).rejects.toThrow(ConnectionFailed);
    expect(await mailroom(['service', 'list'])).toMatch(/^imap4 +stopped /m);
    await mailroom(['service', 'start', 'imap4']);
    const listens = /^imap4 +running .* 127\.0\.0\.1:(\d+)\/starttls/m.exec(await mailroom(['service', 'list']));
    const again = await RawImap.connect({ port: Number(listens?.[1]) });
    again.destroy();
  });

  // Windows has no modes, and no way to be another user for a moment.
  it.skipIf(lacks('another user by number'))(
    'another user is told as whom to come, and neither asks the server nor touches a file',
    async ({ skip }) => {
      // A home folder, say: what they cannot reach they cannot run.
      skip((await asAnother(['--version'])).code !== 0, 'other users may not enter the folder of this checkout');
      await mailroom(['settings', 'set', LIMIT, '20']);
      expect((await stat(tokenFile())).mode & 0o777).toBe(0o600);
      for (const [parentMode, args] of [
        [0o700, ['user', 'list']],
        [0o755, ['user', 'list']],
        [0o755, ['settings', 'set', LIMIT, '9']],
        [0o755, ['user', 'add', 'anna']],
      ] as const) {
        await chmod(join(data, '..'), parentMode);
        const { code, stdout, stderr } = await asAnother([...args, '--data', data]);
        expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
        expect(stderr).toMatch(/^mailroom: .* belongs to another user: run this as the user who runs the server.*\n$/);
      }
      expect(await mailroom(['settings', 'get', LIMIT])).toBe('20\n');
    },
  );
});

describe('a server that ends', () => {
  beforeAll(async () => {
    data = join(await makeTempFolder('gone'), 'data');
    server = await ServerProcess.start({ dataDir: data });
  });
  afterAll(async () => {
    await server.kill();
    await removeFolder(join(data, '..'));
  });

  it('is followed in its log, each line once, until it is gone', async () => {
    const { output, ended } = follow();
    await expect.poll(output, { timeout: 20_000 }).toContain('listening');
    await mailroom(['user', 'add', 'karen', '--password-stdin'], password);
    await expect.poll(output, { timeout: 20_000 }).toContain('"user":"karen"');
    await server.stop();
    expect(await ended).toBe(1);
    const lines = output()
      .split('\n')
      .filter((line) => line.includes('"user":"karen"'));
    expect(lines).toHaveLength(1);
  });

  it('leaves the files to commands, and finds what they did at its next start', async () => {
    await mailroom(['settings', 'set', LIMIT, '7']);
    await mailroom(['user', 'passwd', 'karen', '--password-stdin'], 'karens secret 9\n');
    server = await ServerProcess.start({ dataDir: data });
    expect((await logIn('karen', 'karens secret 9')).reply.status).toBe('OK');
    expect(await mailroom(['settings', 'get', LIMIT])).toBe('7\n');
  });

  it('killed, leaves a token that leads nowhere: commands find that out and work on the files', async () => {
    await server.kill();
    expect(await readFile(tokenFile(), 'utf8')).toContain('token');
    await mailroom(['settings', 'set', LIMIT, '8']);
    expect(await mailroom(['settings', 'get', LIMIT])).toBe('8\n');
    await mailroom(['user', 'disable', 'karen']);
    expect(await mailroom(['user', 'list'])).toMatch(/^karen +disabled /m);
    expect((await runMailroom(['sessions', '--data', data])).stderr).toMatch(/none runs on .*: start it with/);
  });
});

function follow() {
  let text = '';
  let done: (code: number | null) => void = () => {};
  const ended = new Promise<number | null>((resolve) => {
    done = resolve;
  });
  const child = execFile(process.execPath, [MAIN, 'log', '--follow', '--data', data]);
  child.stdout?.on('data', (chunk: string) => {
    text += chunk;
  });
  child.on('close', (code) => done(code));
  return { ended, output: () => text };
}

/** The system's own nobody where we may become him; else the token is taken from ourselves for that while. */
async function asAnother(args: readonly string[]) {
  if (process.getuid?.() === 0) return run(args, { uid: 65_534, gid: 65_534 });
  await chmod(tokenFile(), 0);
  try {
    return await run(args, {});
  } finally {
    await chmod(tokenFile(), 0o600);
  }
}

function run(args: readonly string[], who: { uid?: number; gid?: number }) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], who, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

function tokenFile(): string {
  return join(data, 'run/admin.json');
}
