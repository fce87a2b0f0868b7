import { connect, createServer, type Server } from 'node:net';
import { createSecureContext, connect as tlsConnect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autoconfigLimits } from '../base/limits.ts';
import { silentLogger } from '../base/logger.ts';
import { newPrivateKey, selfSignedCertificate } from '../imap/access/self-signed.ts';
import { definitionOf, type SettingKey } from '../settings/schema.ts';
import type { Settings } from '../settings/store.ts';
import { openAutoconfigListener } from './autoconfig-listener.ts';
import { AutoconfigService } from './autoconfig-service.ts';
import type { ServiceInfo } from './service.ts';

const clock = { now: () => Date.UTC(2026, 0, 1) };
let values: Partial<Record<SettingKey, unknown>>;
let tell: (key: SettingKey) => void;
let mail: Pick<ServiceInfo, 'name' | 'listeners'>;
let names: string[];
let service: AutoconfigService;
const toClose: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  const port = await freePort();
  values = {
    'clients.autoconfig.enabled': true,
    'clients.autoconfig.address': '127.0.0.1',
    'clients.autoconfig.port': port,
  };
  const imaps = { address: '*', port: 993, encryption: 'tls', boundPort: 993, problem: undefined } as const;
  mail = { name: 'Office mail', listeners: [imaps] };
  names = ['localhost', 'mail.example.org'];
  tell = () => {};
  const settings = {
    get: (key: SettingKey) => values[key] ?? definitionOf(key).default,
    onChange(listener: (key: SettingKey) => void) {
      tell = listener;
      return () => {};
    },
  } as Pick<Settings, 'get' | 'onChange'>;
  const key = await newPrivateKey();
  const tls = {
    secureContext: createSecureContext({ key, cert: await selfSignedCertificate(key, names, Date.now()) }),
  };
  const imap4 = { info: () => mail as ServiceInfo };
  service = new AutoconfigService({ settings, imap4, tls, clock, logger: silentLogger, certificateNames: () => names });
  toClose.push(() => service.close());
  await service.start();
});
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

const port = () => service.info().listeners[0]!.boundPort!;
const url = (path: string) => `http://127.0.0.1:${port()}${path}`;
const question = (email: string, schema = 'outlook/responseschema/2006a') =>
  `<?xml version="1.0"?><Autodiscover><Request><EMailAddress>${email}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/${schema}</AcceptableResponseSchema></Request></Autodiscover>`;
const ask = (body: string, path = '/autodiscover/autodiscover.xml') => fetch(url(path), { method: 'POST', body });
/** What comes back for octets as they are, until the connection ends. */
function raw(octets: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port(), '127.0.0.1', () => socket.write(octets));
    let text = '';
    socket.setEncoding('utf8').on('data', (data) => (text += data));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

describe('automatic settings for mail programs', () => {
  it('answer Thunderbird on both its paths, for the domain of the address or of the host', async () => {
    const answer = await fetch(url('/mail/config-v1.1.xml?emailaddress=karen%40Example.org'));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    const text = await answer.text();
    expect(text).toContain('<domain>example.org</domain>');
    expect(text).toContain('<hostname>mail.example.org</hostname><port>993</port><socketType>SSL</socketType>');
    const path = '/.well-known/autoconfig/mail/config-v1.1.xml';
    const known = await raw(`GET ${path} HTTP/1.1\r\nHost: autoconfig.example.net\r\n\r\n`);
    expect(known).toContain('<domain>example.net</domain>');
    expect(await (await fetch(url(path))).text()).toContain('<domain>example.org</domain>'); // by address: our own
  });

  it('answer Outlook however it writes the path', async () => {
    for (const path of ['/autodiscover/autodiscover.xml', '/Autodiscover/Autodiscover.xml']) {
      const text = await (await ask(question('karen@example.org'), path)).text();
      expect(text).toContain('<Type>IMAP</Type><Server>mail.example.org</Server><Port>993</Port>');
      expect(text).toContain('<LoginName>karen</LoginName>');
    }
  });

  it('tell what is wrong with a question, in the form Outlook reads', async () => {
    expect(await (await ask('<!DOCTYPE a><a/>')).text()).toContain('<ErrorCode>600</ErrorCode>');
    expect(await (await ask('\xff\0')).text()).toContain('<ErrorCode>600</ErrorCode>');
    const phone = await ask(question('karen@example.org', 'mobilesync/responseschema/2006'));
    expect(await phone.text()).toContain('<ErrorCode>601</ErrorCode>');
  });

  it('have no answer that leads nowhere, when the mail service does not run or has no name', async () => {
    names = ['localhost'];
    expect((await fetch(url('/mail/config-v1.1.xml?emailaddress=a@example.org'))).status).toBe(503);
    names = ['mail.example.org'];
    mail = { name: 'x', listeners: [] };
    expect((await fetch(url('/mail/config-v1.1.xml?emailaddress=a@example.org'))).status).toBe(503);
    expect(await (await ask(question('karen@example.org'))).text()).toContain('<ErrorCode>601</ErrorCode>');
  });

  it.each([
    ['GET', '/', 404],
    ['GET', '/mail/../mail/config-v1.1.xml/', 404],
    ['GET', '/index.html', 404],
    ['POST', '/api/call', 404],
    ['POST', '/mail/config-v1.1.xml', 405],
    ['GET', '/autodiscover/autodiscover.xml', 405],
    ['DELETE', '/autodiscover/autodiscover.xml', 405],
  ])('serve nothing else: %s %s is %i', async (method, path, status) => {
    expect((await fetch(url(path), { method })).status).toBe(status);
  });

  it('refuse what is too large or compressed', async () => {
    expect((await ask('x'.repeat(autoconfigLimits.body + 1))).status).toBe(413);
    const compressed = await fetch(url('/autodiscover/autodiscover.xml'), {
      ...{ method: 'POST', body: question('karen@example.org') },
      headers: { 'content-encoding': 'gzip' },
    });
    expect(compressed.status).toBe(415);
    const headers = `GET /mail/config-v1.1.xml HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(autoconfigLimits.headers)}\r\n\r\n`;
    expect(await raw(headers)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    'nonsense\r\n\r\n',
    'GET /mail/config-v1.1.xml HTTP/9\r\n\r\n',
    'GET /mail/config-v1.1.xml HTTP/1.1\r\n\r\n',
    'POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ])('cut off what is no HTTP and go on for others: %j', async (octets) => {
    expect(await raw(octets)).not.toMatch(/^HTTP\/1\.1 200 /);
    expect((await fetch(url('/mail/config-v1.1.xml?emailaddress=a@example.org'))).status).toBe(200);
  });

  it('answer one request of a connection, and bear one that goes away while it sends', async () => {
    const get = 'GET /mail/config-v1.1.xml HTTP/1.1\r\nHost: example.org\r\n\r\n';
    expect((await raw(get + get)).match(/HTTP\/1\.1 200/g)).toHaveLength(1);
    await new Promise<void>((resolve) => {
      const socket = connect(port(), '127.0.0.1', () => {
        socket.write('POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf', () =>
          socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
    });
    expect((await ask(question('karen@example.org'))).status).toBe(200);
  });

  it('cut who is slow: open connections must not add up', async () => {
    const listener = await openAutoconfigListener({
      ...{ host: '127.0.0.1', port: 0, tls: undefined, connectionTime: 20, logger: silentLogger },
      answer: () => expect.unreachable(),
    });
    toClose.push(() => listener.close());
    const socket = connect(listener.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /mail/config-v1.1.xml HTTP/1.1\r\n');
    await new Promise((resolve) => socket.on('close', resolve));
  });

  it('are given over TLS too when a port is set: Outlook asks no other way', async () => {
    values['clients.autoconfig.tlsPort'] = await freePort();
    tell('clients.autoconfig.tlsPort');
    await service.start(); // waits for its turn
    const { boundPort } = service.info().listeners[1]!;
    const socket = tlsConnect({ port: boundPort!, host: '127.0.0.1', rejectUnauthorized: false });
    socket.write('GET /mail/config-v1.1.xml HTTP/1.1\r\nHost: example.org\r\n\r\n');
    let text = '';
    for await (const data of socket) text += String(data);
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('say what the matter is when the port cannot be had, and stop and start like any service', async () => {
    const taken = await listening();
    toClose.push(() => new Promise((resolve) => taken.close(resolve)));
    values['clients.autoconfig.port'] = (taken.address() as { port: number }).port;
    tell('clients.autoconfig.port');
    await service.restart();
    expect(service.info()).toMatchObject({ id: 'autoconfig', state: 'problem' });
    expect(service.info().problem).toMatch(
      /is used by another program; choose another port in the setting "Port for automatic settings" \(clients\.autoconfig\.port\)/,
    );
    values['clients.autoconfig.enabled'] = false;
    tell('clients.autoconfig.enabled');
    await service.start();
    // Off is how it comes: the tray must not show a problem for ever.
    expect(service.info()).toMatchObject({ state: 'stopped', listeners: [], problem: undefined });
  });
});

function listening(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function freePort(): Promise<number> {
  const server = await listening();
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
