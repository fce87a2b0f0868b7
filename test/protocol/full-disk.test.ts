import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SimulatedDisk } from '../../core/store/testing/simulated-disk.ts';
import { KAREN, startTestServer, type TestServer } from '../support/test-server.ts';

vi.mock(import('../../core/base/limits.ts'), async (original) => {
  const limits = await original();
  return { ...limits, storeLimits: { ...limits.storeLimits, reopenAfter: 50, accountIdle: 20, verifyAfter: 1 } };
});

const MESSAGE = Buffer.from('Subject: m\r\n\r\nfound in the body\r\n');

it('mail is served also when the disk does not take what tells commands where the server is', async () => {
  // Stands in for a full disk: a folder with something in it is where the file is written.
  const prepare = async (data: string) =>
    void (await mkdir(join(data, 'run', 'admin.json.new', 'in the way'), { recursive: true }));
  const server = await startTestServer({ prepare });
  server.server.settings.set('admin.port', 0);
  await server.server.openAdministration();
  expect(server.errors.splice(0)).toEqual([expect.stringContaining('Make room on the disk')]);
  const client = await server.client();
  await client.ok('SELECT INBOX');
  await server.stop();
});

/** The account is closed when nobody uses it: then its log is gone. */
async function closed(index: string): Promise<void> {
  while (existsSync(`${index}-wal`)) await sleep(5);
}

describe('mail on a disk that takes nothing', () => {
  /** What every write is answered with, as long as it is set. */
  const disk: { code?: string } = {};
  let server: TestServer;
  beforeAll(async () => {
    const files = new SimulatedDisk();
    files.fault = (operation) => {
      if (disk.code) throw Object.assign(new Error(`${disk.code}: ${operation}`), { code: disk.code });
    };
    server = await startTestServer({ files, runsService: true });
  });
  afterAll(() => server.stop());

  it.each([
    ['ENOSPC', 'is full'],
    ['EDQUOT', 'is full'],
    ['EROFS', 'cannot be written to'],
    ['EACCES', 'cannot be written to'],
  ])(
    'is read by those who come in then (%s), and written to again as soon as it takes something',
    async (code, what) => {
      const { accountId } = server.server.directory.find(KAREN.name)!;
      const first = await server.client();
      await first.ok(['APPEND INBOX ', MESSAGE]);
      await first.ok('LOGOUT');
      await closed(join(server.data, 'mail', accountId, 'index.db'));
      disk.code = code;
      const karen = await server.client();
      expect((await karen.ok('SELECT INBOX')).code).toBe('READ-ONLY');
      expect((await karen.ok('FETCH 1 (FLAGS BODY[])')).untagged.join()).toContain('found in the body');
      expect((await karen.ok('SEARCH BODY found')).untagged.join()).toMatch(/SEARCH.* 1\b/);
      expect((await karen.ok('LIST "" *')).untagged.length).toBeGreaterThan(3);
      expect((await karen.ok('STATUS INBOX (MESSAGES)')).untagged.join()).toContain('MESSAGES ');
      const changes = [
        'STORE 1 +FLAGS (\\Flagged)',
        'EXPUNGE',
        'COPY 1 Archive',
        'MOVE 1 Archive',
        'CREATE new',
        'DELETE Archive',
      ];
      for (const change of [...changes, 'RENAME Archive old', 'SUBSCRIBE new', ['APPEND INBOX ', MESSAGE]] as const) {
        const answer = await karen.command(change as string);
        expect([change, answer.status, answer.code, answer.text]).toEqual([
          change,
          'NO',
          'UNAVAILABLE',
          expect.stringContaining(what),
        ]);
      }
      const services = () => server.server.imap4.info().problem;
      expect(services()).toMatch(new RegExp(`^The disk that holds .* ${what}: mail can be read.*(Make room|Look)`));
      delete disk.code;
      await karen.closed;
      while (services() !== undefined) await sleep(5);
      const again = await server.client();
      await again.ok(['APPEND INBOX ', MESSAGE]);
      expect((await again.ok('SELECT INBOX')).code).toBe('READ-WRITE');
      expect((await again.ok('SEARCH ALL')).untagged.join()).toMatch(/SEARCH.* 1 2\b/);
      await again.ok('LOGOUT');
    },
  );
});
