import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newPrivateKey, selfSignedCertificate } from '../../core/imap/access/self-signed.ts';
import { done } from '../support/admin.ts';
import { quoted, RawImap } from '../support/raw-imap.ts';
import { KAREN, OLAF } from '../support/test-server.ts';
import type { WindowServer } from './window.ts';

/** What an office has: people in groups, mail, shared folders, and mail programs of several computers. */
const PEOPLE = ['anna', 'bernd', 'claire', 'dimitri', 'eva'] as const;
const MiB = 1024 * 1024;

const passwordOf = (name: string) => [KAREN, OLAF].find((user) => user.name === name)?.password ?? `${name}s secret 1`;

/** As a week of an office leaves it: few logins at night and many at nine in the morning. To be there before the start. */
export async function preparePeaks(data: string): Promise<void> {
  const length = 3_600_000;
  const now = Math.floor(Date.now() / length);
  const hours = Array.from({ length: 167 }, (_, index) => {
    const hour = now - 167 + index;
    const [day, time] = [new Date(hour * length).getDay(), new Date(hour * length).getHours()];
    const isWork = day > 0 && day < 6 && time >= 7 && time < 19;
    const sessions = isWork ? 5 + ((hour * 7) % 6) + (time === 9 ? 4 : 0) : 1 + (hour % 2);
    const at = hour * length;
    return {
      hour: at,
      user: { name: time % 2 === 0 ? 'bernd' : 'karen', sessions, at },
      address: { name: '127.0.0.21', sessions: sessions * 2, at },
    };
  });
  await writeFile(join(data, 'login-peaks.json'), JSON.stringify({ version: 1, hours }));
}

/** Gives a server whose service runs all that. Returns how to let its clients go. */
export async function furnish(server: WindowServer): Promise<() => void> {
  const office = new Office(server);
  await name(server);
  await addPeople(server);
  await addMail(office);
  await share(office);
  await connectPrograms(office);
  await refuse(office);
  return () => office.close();
}

/** The name that the office gives its server, and a certificate for it: what this computer is called is nobody's. */
async function name({ server: { admin } }: WindowServer): Promise<void> {
  const host = 'mail.example.org';
  const key = await newPrivateKey();
  const certificate = await selfSignedCertificate(key, [host, 'office-pc', 'localhost'], Date.now());
  await done(admin.call('certificate.import', { certificate, key }));
  await done(admin.call('settings.set', { values: { 'clients.serverName': host } }));
}

/** The computers of the office and what is connected from them. */
class Office {
  readonly server: WindowServer;
  readonly #open: RawImap[] = [];

  constructor(server: WindowServer) {
    this.server = server;
  }

  /** @param computer the last octet of its address, where the system has more than one for itself */
  async connect(computer: number): Promise<RawImap> {
    const localAddress = process.platform === 'linux' ? `127.0.0.${computer}` : '127.0.0.1';
    const client = await RawImap.connect({ port: this.server.tlsPort, tls: true, localAddress });
    this.#open.push(client);
    return client;
  }

  async program(name: string, computer: number, program: string): Promise<RawImap> {
    const client = await this.connect(computer);
    await client.login(name, passwordOf(name));
    await client.ok(`ID ("name" ${quoted(program)} "version" "128.5")`);
    return client;
  }

  close(): void {
    for (const client of this.#open) client.destroy();
  }
}

async function addPeople({ server }: WindowServer): Promise<void> {
  for (const name of PEOPLE) await server.directory.add(name, passwordOf(name));
  await done(server.admin.call('users.disable', { name: 'dimitri' }));
  await done(server.admin.call('users.setQuota', { name: 'karen', quota: { octets: 8 * MiB, messages: 0 } }));
  await done(server.admin.call('groups.add', { name: 'sales', members: ['anna', 'bernd', 'karen'] }));
  await done(server.admin.call('groups.add', { name: 'workshop', members: ['claire', 'eva'] }));
}

async function addMail(office: Office): Promise<void> {
  for (const [name, count, octets] of [
    ['karen', 64, 90_000],
    ['anna', 25, 40_000],
    ['bernd', 40, 20_000],
  ] as const) {
    const client = await office.connect(21);
    await client.login(name, passwordOf(name));
    const bytes = Buffer.from(`Subject: Offer\r\n\r\n${'Dear Karen, as we said. '.repeat(octets / 24)}\r\n`);
    for (let number = 1; number <= count; number++) await client.append('INBOX', bytes);
    await client.logout();
  }
}

async function share(office: Office): Promise<void> {
  const { admin } = office.server.server;
  const karen = await office.program('karen', 21, 'Thunderbird');
  for (const name of ['Projects', 'Projects/Bridge', 'Projects/Harbour']) await karen.ok(`CREATE ${name}`);
  await karen.ok('SETACL Projects $sales lrswite');
  await karen.ok('SETACL Projects olaf lrs');
  await karen.ok('SETACL INBOX anna lr');
  await karen.ok('SELECT INBOX');
  await done(admin.call('publicFolders.create', { name: 'Announcements' }));
  await done(
    admin.call('shares.set', {
      ...{ owner: { kind: 'public' }, mailbox: 'Announcements' },
      ...{ identifier: 'anyone', rights: 'lrs' },
    }),
  );
}

async function connectPrograms(office: Office): Promise<void> {
  await (await office.program('karen', 21, 'Thunderbird')).ok('SELECT Projects');
  await (await office.program('karen', 34, 'iPhone Mail')).idle();
  await (await office.program('olaf', 22, 'Outlook')).ok('SELECT INBOX');
  const anna = await office.program('anna', 23, 'Apple Mail');
  await anna.ok('SELECT INBOX');
  await anna.idle();
  await office.connect(51);
}

/** Somebody whose program opens more sessions than it may, somebody who guesses, and somebody who has left. */
async function refuse(office: Office): Promise<void> {
  const { admin } = office.server.server;
  const bernds = [];
  for (let number = 1; number <= 20; number++) bernds.push(await office.program('bernd', 24, 'Outlook'));
  const login = async (name: string, password: string, computer: number) => {
    const client = await office.connect(computer);
    await client.command(`LOGIN ${name} ${quoted(password)}`);
    client.destroy();
  };
  await login('bernd', passwordOf('bernd'), 24);
  for (let guess = 1; guess <= 3; guess++) await login('claire', `summer ${guess}`, 31);
  await login('claire', 'summer 4', 31);
  await login('dimitri', passwordOf('dimitri'), 25);
  for (const client of bernds.slice(6)) await client.logout();
  await done(admin.call('sessions.list', {}));
}
