import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import type { StoredMailbox } from '../../mail/ports.ts';
import { openTestStore, select } from '../testing/test-store.ts';
import { SearchThread } from './search-thread.ts';

function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mailroom-search-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A program for the thread that ends when it is told something. */
function mortal(folder: string, how: string): URL {
  const path = join(folder, 'mortal.mjs');
  writeFileSync(
    path,
    `import { parentPort } from 'node:worker_threads';\nparentPort.on('message', () => { ${how} });\n`,
  );
  return pathToFileURL(path);
}

const MAIL = Array.from({ length: 40 }, (_, i) => ({
  bytes: Buffer.from(`Subject: ${i}\r\n\r\n${i % 2 ? 'odd' : 'even'} text`),
  flags: [],
}));

async function odd(mailbox: StoredMailbox): Promise<number> {
  const rows = Array.from({ length: mailbox.state.count }, (_, row) => row);
  const found = await mailbox.matching({ columns: mailbox.state.columns, rows }, { kind: 'body', value: 'ODD' });
  return found.length;
}

describe('the search thread', () => {
  it('indexes and answers beside a store in use', async () => {
    const folder = temporaryFolder();
    const runner = new SearchThread({ logger: silentLogger });
    const store = await openTestStore(folder, { search: runner });
    const account = await store.account('anna');
    await account.append('INBOX', MAIL);
    expect(await odd(await select(account, 'INBOX'))).toBe(20);
    const task = { folder: join(folder, 'anna'), below: 1_000_000, vanished: false };
    while ((await runner.run('index', task)).left > 0);
    const blobs = (await select(account, 'INBOX')).state.columns.blob.slice(0, 40);
    const { verdicts } = await runner.run('find', { ...task, criterion: { kind: 'body', value: 'odd' }, blobs });
    expect(Array.from(verdicts)).toEqual(MAIL.map((_, i) => (i % 2 ? 2 : 1)));
    await store.close();
  });

  for (const [way, how] of [
    ['throws', 'throw new Error("lost")'],
    ['ends', 'process.exit(1)'],
    ['takes too much memory', 'const all = []; for (;;) all.push(new Array(1e6).fill(1.5))'],
  ] as const) {
    it(`may die: a thread that ${way} is reported, and the answer is scanned`, async () => {
      const folder = temporaryFolder();
      const errors: string[] = [];
      const logger = { ...silentLogger, error: (_: object, message: string) => void errors.push(message) };
      const runner = new SearchThread({ logger, entry: mortal(folder, how) });
      const store = await openTestStore(join(folder, 'mail'), { search: runner, logger });
      const account = await store.account('anna');
      await account.append('INBOX', MAIL);
      expect(await odd(await select(account, 'INBOX'))).toBe(20);
      expect(errors).toEqual(['The search thread died; searches scan meanwhile']);
      await store.close();
    });
  }

  it('is started anew after a while, and each time later, so that dying again and again costs nothing', async () => {
    const folder = temporaryFolder();
    const pauses: unknown[] = [];
    const logger = {
      ...silentLogger,
      error: (fields: object) => void pauses.push((fields as { retryAfter: number }).retryAfter),
    };
    const runner = new SearchThread({ logger, entry: mortal(folder, 'process.exit(1)'), restartAfter: 30 });
    const task = { folder };
    await expect(runner.run('open', task)).rejects.toThrow('ended');
    await expect(runner.run('open', task)).rejects.toThrow('not started anew yet');
    await pause(40);
    await expect(runner.run('open', task)).rejects.toThrow('ended');
    expect(pauses).toEqual([30, 60]);
    await runner.close();
  });

  it('fails what it was asked when it is closed, instead of leaving somebody waiting', async () => {
    const runner = new SearchThread({ logger: silentLogger, entry: mortal(temporaryFolder(), '') });
    const asked = runner.run('open', { folder: 'x' });
    const failed = expect(asked).rejects.toThrow('closed');
    await runner.close();
    await failed;
    await expect(runner.run('open', { folder: 'x' })).rejects.toThrow('closed');
  });

  it('does not keep a process alive that forgot to close the store', async () => {
    const program = join(temporaryFolder(), 'forgetful.mjs');
    const thread = new URL('./search-thread.ts', import.meta.url);
    writeFileSync(
      program,
      `import { SearchThread } from ${JSON.stringify(thread.href)};
       const thread = new SearchThread({ logger: console });
       await thread.run('close', { folder: 'x' });
       await thread.run('open', { folder: 'x' }).catch((error) => console.log('asked: ' + error.message));`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 30_000 });
    expect(stdout).toContain('asked:');
  });
});
