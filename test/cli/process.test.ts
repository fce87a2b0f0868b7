import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLine } from '../../core/cli/testing.ts';
import { startAdministeredServer } from '../support/admin.ts';
import { RawImap } from '../support/raw-imap.ts';
import { addUser, runMailroom, ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';

let folder: string;
let data: string;
beforeEach(async () => {
  folder = await makeTempFolder('process');
  data = join(folder, 'data');
});
afterEach(() => removeFolder(folder));

describe('the command as a process', () => {
  it('tells scripts by its exit code what became of it, and people in one line', async () => {
    expect(await runMailroom(['--help'])).toMatchObject({ code: 0, stderr: '' });
    expect(await runMailroom(['user', 'add'])).toMatchObject({ code: 2, stdout: '' });
    const { code, stdout, stderr } = await runMailroom(['user', 'list', '--data', data]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^mailroom: There is no data folder .*--data DIR.*\n$/);
  });

  it('imports what the server then shows, and exports what clients added', async () => {
    await addUser(data, 'karen', 'karens secret 1');
    const file = join(folder, 'old.mbox');
    await writeFile(file, 'From a@example.org Thu Aug 22 11:26:25 2002\nSubject: old\nStatus: RO\n\nbody\n\n');
    const imported = await runMailroom(['import', 'karen', 'Old', file, '--data', data]);
    expect(imported).toMatchObject({ code: 0, stdout: expect.stringMatching(/^imported 1 /) });

    const server = await ServerProcess.start({ dataDir: data });
    const client = await RawImap.connect({ port: server.imapPort });
    await client.login('karen', 'karens secret 1');
    await client.command('SELECT Old');
    const fetched = await client.command('FETCH 1 (FLAGS INTERNALDATE BODY.PEEK[])');
    expect(JSON.stringify(fetched)).toContain('22-Aug-2002 11:26:25 +0000');
    expect(JSON.stringify(fetched)).toContain('Subject: old\\r\\nStatus: RO\\r\\n\\r\\nbody\\r\\n');
    await client.command('STORE 1 +FLAGS (\\Flagged)');
    client.destroy();
    expect(await server.stop()).toEqual({ code: 0, signal: null });

    const target = join(folder, 'maildir');
    const exported = await runMailroom(['export', 'karen', 'Old', target, '--data', data]);
    expect(exported).toMatchObject({ code: 0, stdout: 'exported 1, unreadable 0\n' });
    const again = await runMailroom(['import', 'karen', 'Old', target, '--skip-duplicates', '--data', data]);
    expect(again.stdout).toBe('imported 0, skipped duplicates 1, broken 0\n');
  });

  it('never opens the files of mail beside a running server, and says whom to stop', async () => {
    await addUser(data, 'karen', 'karens secret 1');
    const server = await ServerProcess.start({ dataDir: data });
    try {
      const inUse = {
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(`process ${server.pid}): stop that one first`),
      };
      for (const args of [['check'], ['check', '--repair'], ['compact'], ['serve']]) {
        expect(await runMailroom([...args, '--data', data])).toMatchObject(inUse);
      }
    } finally {
      await server.stop();
    }
  });
});

/** Every way to end a server; Windows has no signals that another process could send. */
const ends: [string, (server: ServerProcess) => Promise<unknown>][] = [
  [
    '"mailroom stop"',
    async ({ dataDir }) => {
      const stopped = await runMailroom(['stop', '--data', dataDir]);
      expect(stopped).toEqual({
        code: 0,
        stdout: 'stopped\n',
        stderr: 'waiting for the server to end: 1 session, 0 imports and exports\n',
      });
    },
  ],
  ...(process.platform === 'win32' ? [] : (['SIGINT'] as const)).map((signal): (typeof ends)[number] => [
    signal,
    async ({ pid }) => process.kill(pid, signal),
  ]),
];

describe('mailroom serve', () => {
  it('shows on its first start, and on no other, how to log in; and there is a message', async () => {
    const first = await ServerProcess.start({ dataDir: data });
    const shown = /User name +(?<user>\S+)\n +Password +(?<password>\S+)\n/.exec(first.output)?.groups;
    expect(first.output).toContain(`imaps://${shown?.['user']}@127.0.0.1:${first.imapsPort}/`);
    const client = await RawImap.connect({ port: first.imapPort });
    await client.login(shown?.['user'] ?? '', shown?.['password'] ?? '');
    expect(JSON.stringify(await client.command('STATUS INBOX (MESSAGES UNSEEN)'))).toContain('MESSAGES 1 UNSEEN 1');
    client.destroy();
    await first.stop();

    const second = await ServerProcess.start({ dataDir: data });
    await second.stop();
    const ready = /^ready imap=127\.0\.0\.1:\d+ imaps=127\.0\.0\.1:\d+ data=/;
    // Beside it there is one line about the settings window.
    expect(second.output.split('\n').filter((line) => ready.test(line))).toHaveLength(1);
    expect(second.output).not.toMatch(/password|user name|first start/i);
  });

  it.each(ends)(
    'ends in order by %s: with a BYE, all accounts closed, and nothing to put in order at the next start',
    async (_what, end) => {
      await addUser(data, 'karen', 'karens secret 1');
      const server = await ServerProcess.start({ dataDir: data });
      const client = await RawImap.connect({ port: server.imapPort });
      await client.login('karen', 'karens secret 1');
      const bye = client.expectUntagged(/^\* BYE/);
      await end(server);
      expect(await bye).toContain('BYE');
      expect(await server.ended).toEqual({ code: 0, signal: null });
      expect(await readdir(join(data, 'run'))).toEqual(['lock.db']);
      const log = await readFile(join(data, 'logs', 'mailroom.log'), 'utf8');
      expect(log).toMatch(/told to end.*\n.*"stopped"\}\n$/s);
      // What was not closed in order has work for it.
      expect(await runMailroom(['check', '--data', data])).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('is waited for by "stop" no longer than it is told to, with words', async () => {
    const server = await startAdministeredServer(); // in this process, and nobody ends it
    const mailroom = await CommandLine.on(server.data);
    try {
      await server.client();
      const { code, out, err } = await mailroom.run(['stop', '--within', '0']);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(
        /^waiting for the server to end: 1 session, 0 imports and exports\n.* not ended within 0 s; it waited for 1 session/,
      );
      expect(await mailroom.run(['stop', '--within', 'soon'])).toMatchObject({ code: 2 });
    } finally {
      await server.stop();
      await mailroom.remove();
    }
  });

  it('has no library that listens to signals: on Windows the one that did ended the process at once', async () => {
    const script = `
      await import(${JSON.stringify(new URL('../../core/cli/program.ts', import.meta.url).href)});
      await import(${JSON.stringify(new URL('../../core/server.ts', import.meta.url).href)});
      await import(${JSON.stringify(new URL('../../core/cli/offline/offline-admin.ts', import.meta.url).href)});
      await import('imapflow');
      for (const name of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGBREAK', 'exit']) console.log(name, process.listenerCount(name));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
    });
    expect(stdout).toBe('SIGINT 0\nSIGHUP 0\nSIGTERM 0\nSIGBREAK 0\nexit 0\n');
  });

  it('names the remedy when a port that was chosen is taken', async () => {
    const server = await ServerProcess.start({ dataDir: data });
    try {
      const args = ['--host', '127.0.0.1', '--imap-port', String(server.imapPort), '--imaps-port', '0'];
      const { code, stderr } = await runMailroom(['serve', '--data', join(folder, 'other'), ...args]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^The first start made the user \S+ with the password \S+, shown this once\.$/m);
      expect(stderr).toMatch(/port \d+: the port is used by another Mailroom .*; choose another port with --imap-port/);
    } finally {
      await server.stop();
    }
  });
});
