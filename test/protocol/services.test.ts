import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Binding } from '../../core/settings/binding.ts';
import { RawImap } from '../support/raw-imap.ts';
import { KAREN, startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
/** Ports that were free a moment ago. */
let plain: Binding;
let secure: Binding;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  const [one, two] = await freePorts();
  plain = { address: '127.0.0.1', port: one, encryption: 'starttls' };
  secure = { address: '127.0.0.1', port: two, encryption: 'tls' };
  server.server.settings.set('imap4.general.bindings', [plain, secure]);
  await server.server.imap4.start();
});
afterEach(async () => {
  await server.server.imap4.stop();
  server.server.settings.reset('imap4.general.enabled');
});

async function freePorts(): Promise<readonly [number, number]> {
  const holders = [createServer().listen(0, '127.0.0.1'), createServer().listen(0, '127.0.0.1')];
  await Promise.all(holders.map((holder) => once(holder, 'listening')));
  const ports = holders.map((holder) => (holder.address() as AddressInfo).port);
  await Promise.all(holders.map((holder) => once(holder.close(), 'close')));
  return [ports[0]!, ports[1]!];
}

async function clientAt({ port, encryption }: Binding): Promise<RawImap> {
  const client = await RawImap.connect({ port, tls: encryption === 'tls' });
  await client.login(KAREN.name, KAREN.password);
  return client;
}

const state = () => server.server.imap4.info().state;

describe('a listener that is changed', () => {
  it('is opened anew as it is wanted; its sessions end with BYE, those of the others notice nothing', async () => {
    const [own, other] = [await clientAt(plain), await clientAt(secure)];
    await other.ok('SELECT INBOX');
    await other.idle();
    const bye = own.expectUntagged(/^\* BYE .*connect again/);
    server.server.settings.set('imap4.general.bindings', [{ ...plain, encryption: 'starttlsRequired' }, secure]);
    await bye;
    await own.closed;
    await expect.poll(state).toBe('running');
    expect((await other.done()).status).toBe('OK');
    const again = await RawImap.connect({ port: plain.port });
    expect((await again.command(`LOGIN karen "${KAREN.password}"`)).code).toBe('PRIVACYREQUIRED');
    for (const client of [again, other]) client.destroy();
  });

  it('to another port listens there and no more where it was', async () => {
    const [port] = await freePorts();
    server.server.settings.set('imap4.general.bindings', [{ ...plain, port }, secure]);
    await expect.poll(() => server.server.imap4.info().listeners[0]?.boundPort).toBe(port);
    (await clientAt({ ...plain, port })).destroy();
    await expect(RawImap.connect({ port: plain.port })).rejects.toThrow(/ECONNREFUSED/);
  });

  it('to a port that is taken is said to be a problem with the remedy; the others work on', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const other = await clientAt(secure);
    server.server.settings.set('imap4.general.bindings', [{ ...plain, port }, secure]);
    await expect.poll(state).toBe('problem');
    const { problem, listeners } = server.server.imap4.info();
    expect(problem).toBe(
      `Cannot listen on 127.0.0.1 port ${port}: the port is used by another program; choose another port in the setting "Bindings" (imap4.general.bindings)`,
    );
    expect(listeners).toMatchObject([{ port, boundPort: undefined, problem }, { boundPort: secure.port }]);
    await other.ok('NOOP');
    taken.close();
    other.destroy();
  });
});

describe('the service', () => {
  it('ends all sessions when it is stopped or switched off, and takes new ones when it runs again', async () => {
    for (const [stop, start] of [
      [() => server.server.imap4.stop(), () => server.server.imap4.start()],
      [
        async () => server.server.settings.set('imap4.general.enabled', false),
        async () => server.server.settings.set('imap4.general.enabled', true),
      ],
    ] as const) {
      const all = [await clientAt(plain), await clientAt(secure)];
      const byes = all.map((client) => client.expectUntagged(/^\* BYE /));
      await stop();
      await Promise.all([...byes, ...all.map((client) => client.closed)]);
      await expect.poll(state).toBe('stopped');
      await expect(RawImap.connect({ port: plain.port })).rejects.toThrow(/ECONNREFUSED/);
      expect(server.server.sessions.sessions()).toEqual([]);
      await start();
      await expect.poll(state).toBe('running');
      (await clientAt(plain)).destroy();
    }
  });

  it('has the same ports after a restart', async () => {
    const before = server.server.imap4.info().listeners;
    const client = await clientAt(plain);
    const bye = client.expectUntagged(/^\* BYE /);
    await server.server.imap4.restart();
    await bye;
    expect(server.server.imap4.info()).toMatchObject({ state: 'running', listeners: before });
    (await clientAt(secure)).destroy();
  });
});
