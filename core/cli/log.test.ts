import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logLimits } from '../base/limits.ts';
import { openLog, type ServerLog } from './log.ts';

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
