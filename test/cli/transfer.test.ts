import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../core/cli/program.ts';
import { CommandLine } from '../../core/cli/testing.ts';
import { type AdministeredServer, done, startAdministeredServer } from '../support/admin.ts';

let server: AdministeredServer;
let mailroom: CommandLine;

beforeEach(async () => {
  server = await startAdministeredServer();
  mailroom = await CommandLine.on(server.data);
});
afterEach(async () => {
  await mailroom.remove();
  await server.stop();
});

async function putMbox(count: number, size = 100): Promise<string> {
  const path = mailroom.path(`${count}.mbox`);
  const from = 'From a@example.org Thu Aug 22 11:26:25 2002\r\n';
  const entry = (number: number) => `${from}Subject: ${number}\r\n\r\n${'x'.repeat(size)}\r\n\r\n`;
  await writeFile(path, Array.from({ length: count }, (_, number) => entry(number)).join(''));
  return path;
}

/** Waits until some mail of a job is in the store. */
async function underWay(): Promise<void> {
  for (;;) {
    const [job] = await done(server.admin.call('jobs.list', {}));
    if (job !== undefined && job.transferred > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('import and export while a server runs', () => {
  it('go through it: mail that is imported is there for clients at once, and what they add is exported', async () => {
    const client = await server.client();
    const path = relative(process.cwd(), await putMbox(3)); // the server may have been started anywhere
    expect(await mailroom.must(['import', 'karen', 'Old', path])).toBe('imported 3, skipped duplicates 0, broken 0\n');
    await client.command('SELECT Old');
    await client.append('Old', Buffer.from('Subject: new\r\n\r\n'));
    const target = relative(process.cwd(), mailroom.path('out.mbox'));
    expect(await mailroom.must(['export', 'karen', 'Old', target])).toBe('exported 4, unreadable 0\n');
    expect(await mailroom.must(['import', 'karen', 'Old', target, '--skip-duplicates'])).toBe(
      'imported 0, skipped duplicates 4, broken 0\n',
    );
    expect(await done(server.admin.call('jobs.list', {}))).toHaveLength(3);
  });

  it('end at Ctrl-C, saying what is there by then', async () => {
    const path = await putMbox(4_000, 8_000);
    const printed = { out: '', err: '' };
    const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<void>();
    const surroundings = {
      ...mailroom.surroundings('', printed),
      onInterrupt: (listener: () => void) => {
        void interrupted.then(listener);
        return () => {};
      },
    };
    const code = runCommandLine(['import', 'karen', 'INBOX', path], surroundings);
    await underWay();
    interrupt();
    expect(await code).toBe(1);
    expect(printed.err).toMatch(/cancelled; what was done by then stays/);
    expect(printed.out).toMatch(/^imported \d+, /);
    expect(await done(server.admin.call('jobs.list', {}))).toMatchObject([{ state: 'cancelled' }]);
  });

  it('are not begun once more on the files when the server ends midway', async () => {
    const path = await putMbox(4_000, 8_000);
    const outcome = mailroom.run(['import', 'karen', 'INBOX', path]);
    await underWay();
    const stopped = server.server.stop();
    const { code, err } = await outcome;
    await stopped;
    expect(code).toBe(1);
    expect(err).not.toBe('');
    const { out } = await mailroom.run(['check']);
    expect(out).toMatch(/nothing is wrong/);
    expect(Number(/messages (\d+)/.exec(out)?.[1])).toBeLessThan(4_000);
  });
});
