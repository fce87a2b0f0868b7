import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionLimits } from '../../core/base/limits.ts';
import { KAREN, startTestServer, type TestServer } from '../support/test-server.ts';

describe('somebody who has not logged in', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('gets some dozens of commands, then BYE: each costs as much as a user’s', async () => {
    const stranger = await server.connect();
    for (let count = 1; count < connectionLimits.commandsBeforeLogin; count++) await stranger.ok('NOOP');
    expect((await stranger.ok('NOOP')).status).toBe('OK');
    await stranger.expectUntagged(/^\* BYE Too many commands before login/);
    const user = await server.client();
    for (let count = 0; count < 2 * connectionLimits.commandsBeforeLogin; count++) await user.ok('NOOP');
  });

  it('fills no log by saying who they are; the client of a user is in it, once', async () => {
    const stranger = await server.connect();
    const lines = () =>
      server.server.admin.call('log.tail', { lines: 2_000, level: 'info', text: 'identified itself' });
    for (let count = 0; count < 20; count++) await stranger.ok(`ID ("name" "flood ${count}")`);
    expect(await lines()).toMatchObject({ ok: true, value: [] });
    await stranger.ok(`LOGIN ${KAREN.name} "${KAREN.password}"`);
    expect(await lines()).toMatchObject({ ok: true, value: [{ fields: { client: 'name=flood 19' } }] });
  });

  it('may say all of it: thirty values of 1,024 octets', async () => {
    const client = await server.connect();
    const pairs = Array.from({ length: 30 }, (_, index) => `"x${index}" "${'v'.repeat(1_024)}"`);
    await client.ok(`ID (${pairs.join(' ')})`);
  });

  it('shares what the thread does for strangers with all of them: a crowd keeps no user waiting', async () => {
    const user = await server.client();
    const crowd = await Promise.all(Array.from({ length: 150 }, () => server.connect()));
    const commands = 'x CAPABILITY\r\n'.repeat(connectionLimits.commandsBeforeLogin - 2);
    let served = 0;
    const replies = crowd.map(async (stranger) => {
      stranger.send(`${commands}y NOOP\r\n`);
      await stranger.reply('y');
      served++;
    });
    await user.ok('NOOP');
    expect(served).toBeLessThan(crowd.length / 2);
    await Promise.all(replies);
    for (const stranger of crowd) stranger.destroy();
  });

  it('gets two literals, for a name and a password; more cost memory for nothing', async () => {
    const client = await server.connect();
    client.send('a LOGIN {0+}\r\n{0+}\r\n{0+}\r\n\r\n');
    expect((await client.reply('a')).status).toBe('BAD');
    const other = await server.connect();
    await other.ok(['LOGIN ', Buffer.from(KAREN.name), ' ', Buffer.from(KAREN.password)]);
  });
});
