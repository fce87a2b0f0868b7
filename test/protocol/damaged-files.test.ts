import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../core/base/clock.ts';
import { UserError } from '../../core/base/errors.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { systemRandom } from '../../core/base/random.ts';
import { createMailServer, type MailServer } from '../../core/server.ts';
import { RawImap } from '../support/raw-imap.ts';
import { KAREN, OLAF } from '../support/test-server.ts';

const MESSAGES = 40;
const SHARED = '#users/karen/INBOX';
const DENIED = '192.0.2.7';

/** What can become of a file on a disk. Always the same places, so that a failure comes again. */
const DAMAGES: Readonly<Record<string, (whole: Buffer) => Buffer>> = {
  empty: () => Buffer.alloc(0),
  cut: (whole) => whole.subarray(0, Math.floor(whole.length / 2)),
  zeroed: (whole) => Buffer.alloc(whole.length),
  'overwritten in its middle': (whole) => {
    const damaged = Buffer.from(whole);
    // What was written ahead of the mail is zeros to the end.
    const used = whole.findLastIndex((octet) => octet !== 0) + 1;
    damaged.write('{%&§ no such thing "', Math.floor(used / 3), 'latin1');
    return damaged;
  },
};

/** Opens a server on a folder, with what it logs as errors. */
async function open(data: string) {
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (_: object, message: string) => void errors.push(message) };
  const dependencies = { clock: systemClock, random: systemRandom, logger };
  const server = await createMailServer({ data, allowPlaintext: true }, dependencies);
  const port = await server.listen({ address: '127.0.0.1', port: 0, encryption: 'starttls' });
  return { server, port, errors };
}

/** A data folder with everything that a server writes: users, a share, an administrator, a certificate, mail. */
async function makeData(data: string): Promise<void> {
  const { server, port } = await open(data);
  for (const { name, password } of [KAREN, OLAF]) await server.directory.add(name, password);
  const rule = { restrict: 'deny', type: 'ipv4', address: '192.0.2.0', prefix: 24, users: [] } as const;
  const others = { restrict: 'allow', type: 'any', address: '', prefix: 0, users: [] } as const;
  await server.settings.set('imap4.access.rules', [rule, others]);
  await server.admin.call('admin.setPassword', { password: 'the administrators own' });
  const karen = await RawImap.connect({ port });
  await karen.login(KAREN.name, KAREN.password);
  for (let i = 0; i < MESSAGES; i++) await karen.ok(['APPEND INBOX ', contentOf(i)]);
  await karen.ok('SETACL INBOX olaf lr');
  await karen.ok('SELECT INBOX');
  await karen.ok('FETCH 1:* ENVELOPE');
  await karen.ok('SEARCH TEXT body');
  karen.destroy();
  await server.stop();
}

function contentOf(i: number): Buffer {
  return Buffer.from(`Subject: m${i}\r\n\r\n${`body of ${i} `.repeat(40)}\r\n`);
}

/** Those that something is kept in. Locks, logs and what is written at every start are not. */
async function filesOf(data: string): Promise<string[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(data, join(entry.parentPath, entry.name)));
  return paths.filter((path) => !/^(?:run|logs)\b|\.bak$/.test(path)).sort();
}

/** What must be true of a server that has started on damaged files, as lines that say what is not. */
async function wrongWith({ server, port, errors }: Awaited<ReturnType<typeof open>>): Promise<string[]> {
  const wrong: string[] = [];
  const verdict = await server.admin.call('accessRules.test', { address: DENIED });
  const isLocal = server.settings.get('imap4.general.bindings').every(({ address }) => address === '127.0.0.1');
  if (!isLocal && !(verdict.ok && !verdict.value.allowed)) wrong.push('the access rules are gone');
  wrong.push(...(await wrongMail(port, errors)));
  const olaf = await RawImap.connect({ port });
  onTestFinished(() => olaf.destroy());
  const login = await olaf.command(`LOGIN ${OLAF.name} "${OLAF.password}"`);
  if (login.status !== 'OK') return [...wrong, ...(isTold(login) ? told(errors) : [login.text])];
  const rights = (await olaf.command(`MYRIGHTS "${SHARED}"`)).untagged.join();
  if (rights !== '' && !/ lr$/.test(rights)) wrong.push(`olaf may: ${rights}`);
  return wrong;
}

/** Mail is all there, or somebody is told that it is not: never fewer messages than there are, never other octets. */
async function wrongMail(port: number, errors: readonly string[]): Promise<string[]> {
  const karen = await RawImap.connect({ port });
  onTestFinished(() => karen.destroy());
  const login = await karen.command(`LOGIN ${KAREN.name} "${KAREN.password}"`);
  if (login.status !== 'OK') return isTold(login) ? told(errors) : [login.text];
  const select = await karen.command('SELECT INBOX');
  if (select.status !== 'OK') return told(errors);
  const exists = /\* (\d+) EXISTS/.exec(select.untagged.join('\n'))?.[1];
  const wrong = Number(exists) === MESSAGES ? [] : told(errors, `${exists} of ${MESSAGES} messages`);
  for (let i = 0; i < Number(exists); i++) {
    const { status, untagged } = await karen.command(`FETCH ${i + 1} BODY.PEEK[]`);
    if (status === 'OK' && untagged.length > 0 && !untagged.join().includes(contentOf(i).toString('latin1')))
      wrong.push(...told(errors, `another message ${i + 1}`));
  }
  return wrong;
}

/** Not that the password is wrong: people would change it. */
function isTold({ code }: { readonly code: string | undefined }): boolean {
  return code === 'UNAVAILABLE' || code === 'CONTACTADMIN';
}

function told(errors: readonly string[], what = 'no mail'): string[] {
  return errors.length > 0 ? [] : [`${what}, and nothing is said`];
}

describe('a damaged file', () => {
  let whole: string;
  let files: string[];
  beforeAll(async () => {
    whole = await mkdtemp(join(tmpdir(), 'mailroom-damaged-'));
    await makeData(whole);
    files = await filesOf(whole);
  });
  afterAll(() => rm(whole, { recursive: true, force: true }));

  async function damaged(file: string, damage: keyof typeof DAMAGES): Promise<string> {
    const data = await mkdtemp(join(tmpdir(), 'mailroom-damaged-'));
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    await mkdir(data, { recursive: true });
    await cp(whole, data, { recursive: true });
    await writeFile(join(data, file), DAMAGES[damage]!(await readFile(join(data, file))));
    return data;
  }

  // Each file is damaged in one way; DAMAGED_FILES=all damages each in all.
  const all = process.env['DAMAGED_FILES'] === 'all';
  it.each(Object.keys(DAMAGES))('that is %s is told, opens nothing to anybody and hides no mail', async (damage) => {
    const wrong: string[] = [];
    const turn = Object.keys(DAMAGES).indexOf(damage);
    for (const file of files.filter((_, i) => all || i % Object.keys(DAMAGES).length === turn)) {
      let opened: { server: MailServer; port: number; errors: string[] };
      try {
        opened = await open(await damaged(file, damage));
      } catch (error) {
        if (!(error instanceof UserError)) throw new Error(`${file}, ${damage}`, { cause: error });
        if (!error.message.includes(basename(file))) wrong.push(`${file}: the start says ${error.message}`);
        continue;
      }
      wrong.push(...(await wrongWith(opened)).map((text) => `${file}: ${text}`));
      await opened.server.stop();
    }
    expect(wrong).toEqual([]);
  });
});
