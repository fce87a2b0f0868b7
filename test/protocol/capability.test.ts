import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('CAPABILITY', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('refuses arguments', async () => {
    const client = await server.connect();
    expect((await client.command('CAPABILITY x')).status).toBe('BAD');
  });

  it('says the same in the greeting, in the reply, and after login, so that clients need not ask again', async () => {
    const client = await server.connect();
    const asked = capabilitiesOf((await client.ok('CAPABILITY')).untagged[0]!);
    expect(client.greeting).toContain(`[CAPABILITY ${asked.join(' ')}]`);
    const login = await client.ok('LOGIN karen "karens secret 1"');
    const after = capabilitiesOf((await client.ok('CAPABILITY')).untagged[0]!);
    expect(login.code).toBe(`CAPABILITY ${after.join(' ')}`);
    expect(after.filter((name) => name.startsWith('AUTH=') || name === 'STARTTLS')).toEqual([]);
  });

  it('does not change with ENABLE (RFC 9051 section 6.3.1)', async () => {
    const client = await server.client();
    const before = (await client.ok('CAPABILITY')).untagged;
    await client.ok('ENABLE IMAP4rev2 CONDSTORE');
    expect((await client.ok('CAPABILITY')).untagged).toEqual(before);
  });

  it('advertises what PROTOCOL.md lists and nothing else', async () => {
    const plain = await server.connect();
    const advertised = new Set(capabilitiesOf((await plain.ok('CAPABILITY')).untagged[0]!));
    const documented = new Set(await documentedCapabilities());
    // Offered under TLS only, where channel binding exists.
    documented.delete('AUTH=SCRAM-SHA-256-PLUS');
    // Named in the text of the table: one shows before TLS, the other where passwords need it.
    const always = ['STARTTLS'];
    const normal = [...advertised].map((name) => name.replace(/^APPENDLIMIT=\d+$/, 'APPENDLIMIT=n'));
    expect(normal.filter((name) => !always.includes(name)).sort()).toEqual([...documented].sort());
  });

  it('takes IDLE and IMAP4rev2 back when IDLE is switched off, and IDLE is then unknown', async () => {
    const client = await server.client();
    server.server.settings.set('imap4.advanced.supportIdle', false);
    try {
      const names = capabilitiesOf((await client.ok('CAPABILITY')).untagged[0]!);
      expect(names).toContain('IMAP4rev1');
      expect(names).not.toContain('IDLE');
      expect(names).not.toContain('IMAP4rev2');
      expect(await client.command('IDLE')).toMatchObject({ status: 'BAD', text: expect.stringContaining('Unknown') });
      expect((await client.ok('ENABLE IMAP4rev2')).untagged).toEqual(['* ENABLED']);
    } finally {
      server.server.settings.set('imap4.advanced.supportIdle', true);
    }
  });
});

function capabilitiesOf(line: string): string[] {
  expect(line).toMatch(/^\* CAPABILITY /);
  return line.slice('* CAPABILITY '.length).trim().split(' ');
}

/** The names in backquotes of PROTOCOL.md's capability columns. */
async function documentedCapabilities(): Promise<string[]> {
  const text = await readFile(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');
  const cells = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|')[3] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
}
