import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import type { StoredMailbox } from '../../mail/ports.ts';
import { openTestStore, select } from '../testing/test-store.ts';
import type { SearchRunner } from './search-tasks.ts';
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
    `import { parentPort } from 'node:worker_threads';\nparentPort.on('message', function () { ${how} });\n`,
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
      const runner = new SearchThread({ logger, entry: mortal(folder, how), restartAfter: 1 });
      const store = await openTestStore(join(folder, 'mail'), { search: runner, logger });
      const account = await store.account('anna');
      await account.append('INBOX', MAIL);
      expect(await odd(await select(account, 'INBOX'))).toBe(20);
      expect(new Set(errors)).toEqual(new Set(['The search thread died; searches wait until it is back']));
      await store.close();
    });
  }

  it('is started again after a while, and each time later, so that dying again and again costs nothing', async () => {
    const folder = temporaryFolder();
    const pauses: unknown[] = [];
    const logger = {
      ...silentLogger,
      error: (fields: object) => void pauses.push((fields as { retryAfter: number }).retryAfter),
    };
    const runner = new SearchThread({ logger, entry: mortal(folder, 'process.exit(1)'), restartAfter: 30 });
    const task = { folder };
    for (let time = 0; time < 3; time++) await expect(runner.run('open', task)).rejects.toThrow('ended');
    expect(pauses).toEqual([30, 60, 120]);
    await runner.close();
  });

  it('keeps nobody waiting for long: who searches is told to try later', async () => {
    const entry = mortal(temporaryFolder(), 'process.exit(1)');
    const runner = new SearchThread({ logger: silentLogger, entry, restartAfter: 60_000 });
    await expect(runner.run('open', { folder: 'x' })).rejects.toThrow('ended');
    await expect(runner.run('open', { folder: 'x' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await runner.close();
  });

  it('does what it was asked behind the task that it died of, when it is back', async () => {
    const entry = mortal(
      temporaryFolder(),
      "if (arguments[0].input.folder === 'deadly') process.exit(1); else parentPort.postMessage({ id: arguments[0].id, ok: true, value: 'done' })",
    );
    const runner = new SearchThread({ logger: silentLogger, entry, restartAfter: 1 });
    const [deadly, other] = await Promise.allSettled(
      ['deadly', 'other'].map((folder) => runner.run('open', { folder })),
    );
    expect([deadly!.status, other]).toEqual(['rejected', { status: 'fulfilled', value: 'done' }]);
    await runner.close();
  });

  it('is not asked again about a message that it died of: that one is left out, all others are found', async () => {
    const folder = temporaryFolder();
    // FITS for every message but the one whose id ends it.
    const entry = mortal(
      folder,
      `const { id, name, input } = arguments[0];
       if (name === 'scan' && input.blobs.includes(3)) process.exit(1);
       parentPort.postMessage({ id, ok: true, value: { left: 0, verdicts: new Uint8Array(input.blobs?.length ?? 0).fill(name === 'scan' ? 2 : 0) } })`,
    );
    const errors: string[] = [];
    const logger = { ...silentLogger, error: (_: object, message: string) => void errors.push(message) };
    const runner = new SearchThread({ logger, entry, restartAfter: 1 });
    const store = await openTestStore(join(folder, 'mail'), { search: runner, logger });
    const account = await store.account('anna');
    const large = Array.from({ length: 5 }, () => ({ bytes: Buffer.alloc(100_000, 'x\r\n'), flags: [] }));
    await account.append('INBOX', large);
    const inbox = await select(account, 'INBOX');
    const { columns, count } = inbox.state;
    const rows = Array.from({ length: count }, (_, row) => row);
    const search = async () => [...(await inbox.matching({ columns, rows }, { kind: 'body', value: 'x' }))];
    const others = rows.filter((row) => columns.blob[row] !== 3);
    expect([others.length, await search(), await search()]).toEqual([4, others, others]);
    expect(errors.filter((error) => error.includes('left out'))).toHaveLength(1);
    expect(errors).toHaveLength(3);
    await store.close();
  });

  it('is asked nothing more for somebody who has gone', async () => {
    const gone = new AbortController();
    let asked = 0;
    const runner: SearchRunner = {
      async run(name) {
        if (name === 'scan' && ++asked === 2) gone.abort(new Error('nobody waits'));
        return { verdicts: Uint8Array.of(1), left: 0, rebuilt: undefined } as never;
      },
      async close() {},
    };
    const store = await openTestStore(temporaryFolder(), { search: runner });
    const account = await store.account('anna');
    await account.append(
      'INBOX',
      [1, 2, 3].map(() => ({ bytes: Buffer.alloc(20_000, 'x\r\n'), flags: [] })),
    );
    const inbox = await select(account, 'INBOX');
    const candidates = { columns: inbox.state.columns, rows: [0, 1, 2] };
    const search = inbox.matching(candidates, { kind: 'body', value: 'x' }, gone.signal);
    await expect(search).rejects.toThrow('nobody waits');
    expect(asked).toBe(2);
    await store.close();
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
