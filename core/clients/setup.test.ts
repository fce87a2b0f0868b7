import { describe, expect, it } from 'vitest';
import { emailParts } from './email.ts';
import { clientHost, clientServers, type ListeningPlace, mailDomainOf } from './servers.ts';
import { clientSetups, setupUrl, userNameFor } from './setup.ts';
import { srvRecords } from './srv-records.ts';

const place = (port: number, encryption: ListeningPlace['encryption'], address = '*'): ListeningPlace => ({
  ...{ address, port, encryption },
  boundPort: port,
});
const host = 'mail.example.org';

describe('the name clients are told', () => {
  it('is one that other computers can know: localhost or an address would lead them to nowhere', () => {
    expect(clientHost(['localhost', '192.168.1.7', 'office-pc', '*.example.org', host], '')).toBe(host);
    expect(clientHost(['localhost', 'office-pc'], '')).toBe('office-pc');
    expect(clientHost(['localhost', '::1'], '')).toBeUndefined();
    expect(clientHost([host], 'imap.example.org')).toBe('imap.example.org');
  });

  it('gives the domain, and never one that is all the country', () => {
    expect(mailDomainOf(host, '')).toBe('example.org');
    expect(mailDomainOf('example.org', '')).toBe('example.org');
    expect(mailDomainOf('office-pc', '')).toBeUndefined();
    expect(mailDomainOf('example.co.uk', 'example.co.uk')).toBe('example.co.uk');
  });
});

describe('the servers', () => {
  it('are where it really listens, TLS first (RFC 8314), this computer alone last', () => {
    const listeners = [
      place(143, 'starttls'),
      { ...place(995, 'tls'), boundPort: undefined },
      place(2993, 'tls', '127.0.0.1'),
      { ...place(993, 'tls'), boundPort: 1993 },
      place(143, 'starttlsRequired', '::1'),
    ];
    expect(clientServers(host, listeners)).toEqual([
      { host, port: 1993, encryption: 'tls' },
      { host, port: 143, encryption: 'starttls' },
      { host, port: 2993, encryption: 'tls' },
    ]);
  });
});

describe('SRV records', () => {
  it('prefer TLS from the first octet, and say what is not there', () => {
    expect(srvRecords('example.org', clientServers(host, [place(143, 'starttls'), place(993, 'tls')]))).toEqual([
      '_imaps._tcp.example.org. 3600 IN SRV 0 1 993 mail.example.org.',
      '_imap._tcp.example.org. 3600 IN SRV 1 1 143 mail.example.org.',
    ]);
    expect(srvRecords('example.org', clientServers(host, [place(993, 'tls')]))[1]).toBe(
      '_imap._tcp.example.org. 3600 IN SRV 0 0 0 .',
    );
  });

  it('are not made of what DNS cannot find', () => {
    expect(srvRecords('example.org', clientServers('office-pc', [place(993, 'tls')]))).toEqual([]);
    expect(srvRecords(undefined, clientServers(host, [place(993, 'tls')]))).toEqual([]);
    expect(srvRecords('example.org', [])).toEqual([]);
  });
});

describe('what is typed', () => {
  const [server] = clientServers(host, [place(993, 'tls')]);

  it('is the user name as the server knows it', () => {
    expect(userNameFor('karen', 'example.org', 'localPart')).toBe('karen');
    expect(userNameFor('karen', 'example.org', 'address')).toBe('karen@example.org');
    expect(userNameFor('karen@example.org', 'example.org', 'address')).toBe('karen@example.org');
    expect(clientSetups([server!], 'karen', false)).toHaveLength(3);
  });

  it('is what each program can connect to: to a self-signed certificate Thunderbird only by STARTTLS', () => {
    const both = clientServers(host, [place(993, 'tls'), place(143, 'starttls')]);
    const ports = (servers: typeof both, selfSigned: boolean) =>
      clientSetups(servers, 'karen', selfSigned).map(
        ({ client, port, encryption }) => `${client} ${port} ${encryption}`,
      );
    const all = ['outlook 993 SSL/TLS', 'thunderbird 993 SSL/TLS', 'phone 993 SSL/TLS'];
    expect(ports(both, false)).toEqual(all);
    expect(ports(both, true)).toEqual(all.with(1, 'thunderbird 143 STARTTLS'));
    expect(ports([both[0]!], true)).toEqual(all);
    expect(ports([], true)).toEqual([]);
  });

  it('is a URL that a name cannot change', () => {
    expect(setupUrl(server!, 'karen')).toBe('imaps://karen@mail.example.org:993');
    expect(setupUrl(server!, 'karen@x.org/évil\ud800')).toBe(
      'imaps://karen%40x.org%2F%C3%A9vil%EF%BF%BD@mail.example.org:993',
    );
    expect(setupUrl({ ...server!, encryption: 'starttls' }, undefined)).toBe('imap://mail.example.org:993');
  });
});

describe('a mail address', () => {
  it.each([
    '',
    '@',
    'karen',
    '@example.org',
    'ka ren@example.org',
    '"a"@example.org',
    'a@b@example.org',
    'a@-',
    `${'x'.repeat(65)}@example.org`,
  ])('%j is none', (text) => expect(emailParts(text)).toBeUndefined());
  it('is taken in any script, with the domain in small letters', () => {
    expect(emailParts('Jürgen+x@EXAMPLE.org')).toEqual({ localPart: 'Jürgen+x', domain: 'example.org' });
  });
});
