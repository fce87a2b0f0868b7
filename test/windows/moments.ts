import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessFile } from '../../core/admin/http/access-file.ts';
import { connectToServer } from '../../core/admin/http-client.ts';
import { systemClock } from '../../core/base/clock.ts';
import { systemRandom } from '../../core/base/random.ts';
import { openLog } from '../../core/cli/log.ts';
import { createMailServer } from '../../core/server.ts';
import { checkMailStore } from '../../core/store/check/check-store.ts';
import { openMailStore } from '../../core/store/mail-store.ts';
import { done } from '../support/admin.ts';
import { RawImap } from '../support/raw-imap.ts';

/** Something a server does while another program has one of its files. */
export interface Moment {
  readonly name: string;
  /** @param begin the other program takes the file from now on. @throws when anything is not as it is without that program */
  run(data: string, begin: () => Promise<void>): Promise<void>;
}

const KAREN = { name: 'karen', password: 'karens secret 1' } as const;
const OLAF = { name: 'olaf', password: 'olafs secret 2' } as const;
const mail = (text: string) => Buffer.from(`Subject: ${text}\r\n\r\n${text} `.padEnd(2_000, 'x'));

/** A server with its log, as `mailroom serve` has it. `stop` throws when it has logged an error. */
async function start(data: string) {
  const errors: string[] = [];
  const log = openLog(join(data, 'logs'), { err: (line) => void (line.includes(' error: ') && errors.push(line)) });
  const dependencies = { clock: systemClock, random: systemRandom, logger: log.logger };
  const server = await createMailServer({ data, allowPlaintext: true }, dependencies);
  await server.openAdministration();
  const port = await server.listen({ address: '127.0.0.1', port: 0, encryption: 'starttls' });
  return {
    server,
    async client(user: typeof KAREN | typeof OLAF = KAREN) {
      const client = await RawImap.connect({ port, timeout: 30_000 });
      await client.login(user.name, user.password);
      return client;
    },
    async stop() {
      await server.stop();
      await log.close();
      if (errors.length > 0) throw new Error(`the log has errors: ${errors.join(' ')}`);
    },
  };
}

/** A data folder with two users, settings, something shared, mail, a search index, and what a server that was killed leaves. */
export async function prepare(data: string): Promise<void> {
  const { server, client, stop } = await start(data);
  for (const { name, password } of [KAREN, OLAF]) await server.directory.add(name, password);
  await server.settings.set('imap4.general.serviceName', 'Post');
  await server.admin.call('admin.setPassword', { password: 'administrators secret 3' });
  const karen = await client();
  for (const text of ['one', 'two', 'three']) await karen.append('INBOX', mail(text));
  await karen.ok('SELECT INBOX');
  await karen.ok('FETCH 1:* (ENVELOPE BODYSTRUCTURE)');
  await karen.ok('SEARCH TEXT one');
  await karen.ok(`SETACL INBOX ${OLAF.name} lrs`);
  await client(OLAF);
  await sleep(3_000); // the search index is made in a quiet moment
  await stop();
  await writeFile(
    accessFile(data),
    JSON.stringify({ port: 9, address: '127.0.0.1', token: 'x', key: 'x', contractVersion: 1 }),
  );
  await writeFile(join(data, 'run', 'lock.pid'), '4711\n');
}

export const moments: readonly Moment[] = [
  {
    name: 'start',
    async run(data, begin) {
      await begin();
      const { client, stop } = await start(data);
      await (await client()).ok('SELECT INBOX');
      await stop();
    },
  },
  {
    name: 'login',
    async run(data, begin) {
      const { client, stop } = await start(data);
      await begin();
      const karen = await client();
      await karen.ok('SELECT INBOX');
      expectText(await karen.ok('FETCH 1 BODY[]'), 'one');
      await karen.ok('SEARCH TEXT two');
      await stop();
    },
  },
  {
    name: 'write',
    async run(data, begin) {
      const { server, client, stop } = await start(data);
      const karen = await client();
      await begin();
      await karen.append('INBOX', mail('four'));
      await karen.ok('SELECT INBOX');
      await karen.ok('STORE 1 +FLAGS (\\Flagged)');
      expectText(await karen.ok('FETCH 4 BODY[]'), 'four');
      await karen.ok(`SETACL INBOX ${OLAF.name} lr`);
      await server.directory.setPassword(OLAF.name, 'another secret 4');
      await server.settings.set('imap4.general.serviceName', 'Mail');
      await server.certificate.renewSelfSigned();
      await stop();
    },
  },
  {
    name: 'ask as a command',
    async run(data, begin) {
      const { stop } = await start(data);
      await begin();
      const admin = await connectToServer(data);
      if (admin === undefined) throw new Error('a command does not find the server that runs');
      await done(admin.call('users.list', {}));
      admin.close();
      await stop();
    },
  },
  {
    name: 'stop',
    async run(data, begin) {
      const { client, stop } = await start(data);
      await (await client()).append('INBOX', mail('four'));
      await begin();
      await stop();
    },
  },
  {
    name: 'compact',
    async run(data, begin) {
      const { server, client, stop } = await start(data);
      const karen = await client();
      await karen.ok('SELECT INBOX');
      await karen.ok('STORE 1:2 +FLAGS (\\Deleted)');
      await karen.ok('EXPUNGE');
      const { accountId } = server.directory.find(KAREN.name)!;
      await stop();
      const folder = join(data, 'mail');
      const logger = { debug() {}, info() {}, warn() {}, error() {} };
      const store = await openMailStore({ folder, clock: systemClock, logger });
      await begin();
      await store.compact(accountId);
      await store.close();
      await needSound(folder, 1);
    },
  },
  {
    name: 'remove a user',
    async run(data, begin) {
      const { server, client, stop } = await start(data);
      await (await client()).ok('SELECT INBOX');
      const { accountId } = server.directory.find(KAREN.name)!;
      await begin();
      await done(server.admin.call('users.remove', { name: KAREN.name, mail: 'delete' }));
      await stop();
      await needSound(join(data, 'mail'), 0);
      // The other program is done by now, or when this start has waited for it.
      const again = await start(data);
      await again.stop();
      const left = (await readdir(join(data, 'mail'))).filter((name) => name.includes(accountId));
      if (left.length > 0) throw new Error(`mail of the removed user is still there: ${left.join(', ')}`);
    },
  },
];

function expectText({ untagged }: { readonly untagged: readonly string[] }, text: string): void {
  if (!untagged.join('').includes(text)) throw new Error(`the message is not the one with ${text}`);
}

/** Nothing is lost, and nothing that was deleted is back. */
async function needSound(folder: string, messages: number): Promise<void> {
  const report = await checkMailStore({ folder, clock: systemClock, repair: false });
  const wrong = report.findings.filter(({ what }) => !what.includes('still on the disk'));
  if (wrong.length > 0) throw new Error(wrong.map(({ what }) => what).join('; '));
  if (report.messages < messages) throw new Error(`${report.messages} messages where ${messages} are expected`);
}
