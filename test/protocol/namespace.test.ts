import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('NAMESPACE', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it.each(['NAMESPACE ', 'NAMESPACE x', 'NAMESPACE ""'])('answers BAD to the malformed %j', async (line) => {
    const client = await server.client();
    expect((await client.command(line)).status).toBe('BAD');
  });

  it('tells of the personal namespace, and that there is no other', async () => {
    const client = await server.client();
    expect((await client.ok('NAMESPACE')).untagged).toEqual(['* NAMESPACE (("" "/")) NIL NIL']);
    expect((await client.ok('CAPABILITY')).untagged[0]!.split(' ')).toContain('NAMESPACE');
  });
});
