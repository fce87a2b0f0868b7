import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const SOON = vi.hoisted(() => ({ accountIdle: 20, verifyAfter: 1 }));

vi.mock(import('../../core/base/limits.ts'), async (original) => {
  const limits = await original();
  return { ...limits, storeLimits: { ...limits.storeLimits, ...SOON } } as unknown as typeof limits;
});

describe('mail that nobody uses any more', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  /** SQLite removes this file with its last connection. */
  const isOpen = ({ name }: { name: string }) => {
    const { accountId } = server.server.directory.find(name)!;
    return existsSync(join(server.data, 'mail', accountId, 'index.db-shm'));
  };
  const message = (text: string) => `Subject: ${text}\r\n\r\n${text}\r\n`;

  it('takes no files and no memory: it is closed after the last session, and opened again for the next', async () => {
    const client = await server.client();
    await client.ok(`APPEND INBOX {${message('one').length}+}\r\n${message('one')}`);
    await client.ok('CREATE Kept');
    expect(isOpen(KAREN)).toBe(true);
    await client.command('LOGOUT');
    await vi.waitFor(() => expect(isOpen(KAREN)).toBe(false));
    const again = await server.client();
    expect((await again.ok('SELECT INBOX')).untagged).toContain('* 1 EXISTS');
    expect((await again.ok('LIST "" Kept')).untagged).toHaveLength(1);
    await again.command('LOGOUT');
  });

  it('stays open for a session that says nothing, and for whoever sees what its owner shares', async () => {
    const owner = await server.client(OLAF);
    await owner.ok('CREATE Team');
    await owner.ok('SETACL Team karen lrswi');
    const waiting = await server.client();
    const silent = await server.client();
    await silent.ok('SELECT "#users/olaf/Team"');
    await owner.command('LOGOUT');
    await new Promise((resolve) => setTimeout(resolve, SOON.accountIdle * 5));
    expect(isOpen(OLAF)).toBe(true);
    expect((await waiting.ok('LIST "" "#users/olaf/*"')).untagged).toHaveLength(1);
    await waiting.ok(`APPEND "#users/olaf/Team" {${message('two').length}+}\r\n${message('two')}`);
    expect((await silent.ok('NOOP')).untagged).toContain('* 1 EXISTS');
    await waiting.command('LOGOUT');
    await silent.command('LOGOUT');
    await vi.waitFor(() => expect([isOpen(OLAF), isOpen(KAREN)]).toEqual([false, false]));
    // Only karen logs in: what olaf shares is there all the same.
    const later = await server.client();
    expect((await later.ok('STATUS "#users/olaf/Team" (MESSAGES)')).untagged[0]).toContain('MESSAGES 1');
    await later.command('LOGOUT');
  });

  it('loses nothing that was answered when sessions come just as it is closed', async () => {
    const text = message('again');
    for (let round = 0; round < 25; round++) {
      const client = await server.client();
      await client.ok(`APPEND Kept {${text.length}+}\r\n${text}`);
      await client.command('LOGOUT');
      await new Promise((resolve) => setTimeout(resolve, SOON.accountIdle + (round % 5) - 2));
    }
    const client = await server.client();
    expect((await client.ok('STATUS Kept (MESSAGES UIDNEXT)')).untagged[0]).toContain('MESSAGES 25 UIDNEXT 26');
    await client.command('LOGOUT');
  });

  it('that cannot be opened is told of as what only the administrator mends, and keeps nobody else out', async () => {
    const index = join(server.data, 'mail', server.server.directory.find(KAREN.name)!.accountId, 'index.db');
    await vi.waitFor(() => expect(isOpen(KAREN)).toBe(false));
    const whole = await readFile(index);
    await writeFile(index, '');
    const refused = await server.connect();
    expect(await refused.command(`LOGIN ${KAREN.name} "${KAREN.password}"`)).toMatchObject({
      ...{ status: 'NO', code: 'CONTACTADMIN', text: expect.stringContaining(' in the log as ') },
    });
    expect(server.errors.splice(0)).toEqual([expect.stringMatching(/index\.db is empty.*check --repair/)]);
    refused.destroy();
    await (await server.client(OLAF)).command('LOGOUT');
    await writeFile(index, whole);
    await (await server.client(KAREN)).command('LOGOUT');
  });
});
