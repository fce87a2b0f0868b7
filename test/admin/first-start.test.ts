import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { systemRandom } from '../../core/base/random.ts';
import { createMailServer, type MailServer } from '../../core/server.ts';
import { done, failed } from '../support/admin.ts';
import { RawImap } from '../support/raw-imap.ts';

let data: string;
let server: MailServer;

async function start(): Promise<void> {
  const dependencies = { clock: systemClock, random: systemRandom, logger: silentLogger };
  server = await createMailServer({ data, allowPlaintext: true }, dependencies);
}

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'mailroom-test-'));
  await start();
});
afterEach(async () => {
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

const state = () => done(server.admin.call('setup.state', {}));

describe('a server that was just installed', () => {
  it('welcomes until its first user logs in, over a restart, and never again', async () => {
    const { userName, password } = server.firstUser!;
    const first = await state();
    expect(first).toMatchObject({ needsFirstUser: true, firstUser: userName });
    await server.stop();
    await start();
    expect(await state()).toEqual(first);
    const client = await RawImap.connect({
      port: await server.listen({ address: '127.0.0.1', port: 0, encryption: 'starttls' }),
    });
    await client.login(userName, password);
    client.destroy();
    const after = { needsFirstUser: false, firstStartAt: first.firstStartAt };
    expect(await state()).toMatchObject(after);
    await server.stop();
    await start();
    expect(await state()).toMatchObject(after);
  });

  it('tells mail programs nothing until it is switched on, and the same whoever they ask for', async () => {
    const port = await freePort();
    const ask = async (user: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/mail/config-v1.1.xml?emailaddress=${user}@example.org`);
      return { status: answer.status, text: await answer.text() };
    };
    server.settings.set('clients.autoconfig.address', '127.0.0.1');
    server.settings.set('clients.autoconfig.port', port);
    server.settings.set('clients.serverName', 'mail.example.org');
    const imap = { address: '127.0.0.1', port: await freePort(), encryption: 'starttls' } as const;
    server.settings.set('imap4.general.bindings', [imap]);
    await server.imap4.start();
    await server.autoconfig.start();
    await expect(ask('karen')).rejects.toThrow();
    expect(await failed(server.admin.call('services.start', { id: 'autoconfig' }))).toBe('refused');
    await done(server.admin.call('settings.set', { values: { 'clients.autoconfig.enabled': true } }));
    await done(server.admin.call('services.start', { id: 'autoconfig' }));
    const known = await ask(server.firstUser!.userName);
    expect(known.text).toContain(`<port>${imap.port}</port><socketType>STARTTLS</socketType>`);
    expect(await ask('nobody')).toEqual(known);
    await done(server.admin.call('services.stop', { id: 'autoconfig' }));
    await expect(ask('karen')).rejects.toThrow();
  });
});

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
