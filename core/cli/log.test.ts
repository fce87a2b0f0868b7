import { mkdir, mkdtemp, open as openFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logLimits } from '../base/limits.ts';
import { openLog, type ServerLog } from './log.ts';
import type { LogFileCalls } from './log-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(said: string[]): ServerLog {
  return openLog(folder, { err: (text) => said.push(text) });
}

describe('the log of the server', () => {
  it('keeps everything in the file, and shows people only what needs attention', async () => {
    const said: string[] = [];
    const log = open(said);
    log.logger.info({ user: 'karen' }, 'logged in');
    log.logger.warn({ address: '192.0.2.1' }, 'too many logins');
    await log.close();
    expect(await readFile(join(folder, 'mailroom.log'), 'utf8')).toMatch(/logged in.*\n.*too many logins/);
    expect(said).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d warning: too many logins \{"address":"192.0.2.1"\}\n$/),
    ]);
  });

  it('shows what strangers call themselves without letting it steer the terminal or begin a line of its own', async () => {
    const said: string[] = [];
    const log = open(said);
    const evil = 'red\u009b31m\u0085\u202eneerg\u2028next\u001b[2J';
    log.logger.warn({ user: evil }, `locked ${evil}`);
    await log.close();
    expect(said.join('').slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(await readFile(join(folder, 'mailroom.log'), 'utf8')).toContain('\u202e'); // the file has all of it
  });

  it('puts a full file aside and keeps a few, so that the disk does not fill over the years', async () => {
    for (let number = 1; number <= logLimits.kept; number++) {
      await writeFile(join(folder, `mailroom.${number}.log`), `old ${number}`);
    }
    await writeFile(join(folder, 'mailroom.log'), Buffer.alloc(logLimits.file));
    const log = open([]);
    log.logger.info({}, 'one more');
    await log.close();
    expect(await readFile(join(folder, 'mailroom.log'), 'utf8')).toContain('one more');
    const names = (await readdir(folder)).sort();
    expect(names).toEqual([...[1, 2, 3, 4, 5].map((number) => `mailroom.${number}.log`), 'mailroom.log']);
    expect(await readFile(join(folder, 'mailroom.2.log'), 'utf8')).toBe('old 1');
    expect((await readFile(join(folder, 'mailroom.1.log'))).length).toBe(logLimits.file);
  });
});

/** The real calls, as far as `look` lets them. */
function refusing(look: (call: string) => void): LogFileCalls {
  return {
    async mkdir(path, options) {
      look('mkdir');
      await mkdir(path, options);
    },
    async open(path, flags, mode) {
      look('open');
      const file = await openFile(path, flags, mode);
      const appendFile = async (text: string) => {
        look('append');
        await file.appendFile(text);
      };
      return Object.assign(Object.create(file), {
        appendFile,
        stat: () => file.stat(),
        truncate: (size: number) => file.truncate(size),
        close: () => file.close(),
      });
    },
    async readdir(path) {
      look('readdir');
      return readdir(path);
    },
    async rename(from, to) {
      look('rename');
      await rename(from, to);
    },
    async rm(path) {
      look('rm');
      await rm(path);
    },
  };
}

const held = () => {
  throw Object.assign(new Error('EBUSY: resource busy or locked'), { code: 'EBUSY' });
};

describe('a log whose files another program has', () => {
  it('goes on in the full file while that cannot be put aside, says so once, and puts it aside later', async () => {
    await writeFile(join(folder, 'mailroom.log'), Buffer.alloc(logLimits.file));
    let isHeld = true;
    const said: string[] = [];
    const calls = refusing((call) => (call === 'rename' && isHeld ? held() : undefined));
    const log = openLog(folder, { err: (text) => said.push(text) }, calls);
    const path = join(folder, 'mailroom.log');
    log.logger.info({}, 'one more');
    await expect.poll(async () => (await stat(path)).size, { interval: 1 }).toBeGreaterThan(logLimits.file);
    isHeld = false;
    log.logger.info({}, 'in the same file: it is tried again only after a while');
    for (let third = 0; third < 4; third += 1) {
      const { size } = await stat(path);
      log.logger.info({}, 'x'.repeat(logLimits.fullAgain / 3));
      await expect.poll(async () => (await stat(path)).size, { interval: 1 }).not.toBe(size);
    }
    await log.close();
    expect(await readFile(join(folder, 'mailroom.1.log'), 'utf8')).toMatch(/one more(?:.*\n)+.*in the same file/);
    expect((await stat(path)).size).toBeLessThan(logLimits.fullAgain);
    expect(said).toEqual([expect.stringMatching(/full and cannot be put aside.*EBUSY/)]);
  });

  it.each(['mkdir', 'open', 'append'])(
    'keeps lines until it can be written, and says how many are lost (%s)',
    async (name) => {
      let isHeld = true;
      const said: string[] = [];
      const calls = refusing((call) => (call === name && isHeld ? held() : undefined));
      const log = openLog(folder, { err: (text) => said.push(text) }, calls);
      log.logger.info({}, 'the first');
      await expect.poll(() => said, { interval: 1 }).toEqual([expect.stringMatching(/log cannot be written.*EBUSY/)]);
      for (let line = 0; line < 3; line += 1) log.logger.info({}, 'x'.repeat(logLimits.waiting / 2));
      isHeld = false;
      await log.close();
      const lines = (await readFile(join(folder, 'mailroom.log'), 'utf8')).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line).msg.slice(0, 9))).toEqual([
        'the first',
        'The log c',
        'xxxxxxxxx',
        'Lines of ',
      ]);
      expect(JSON.parse(lines.at(-1)!)).toMatchObject({ lines: 2 });
    },
  );

  it.each(['mkdir', 'open', 'append', 'readdir', 'rename', 'rm'])('ends nobody when it never can: %s', async (name) => {
    for (let number = 1; number <= logLimits.kept; number++)
      await writeFile(join(folder, `mailroom.${number}.log`), '');
    await writeFile(join(folder, 'mailroom.log'), Buffer.alloc(logLimits.file));
    const log = openLog(
      folder,
      { err: () => {} },
      refusing((call) => (call === name ? held() : undefined)),
    );
    log.logger.info({}, 'said to nobody');
    await log.close();
    expect(await readdir(folder)).toContain('mailroom.log');
  });
});
