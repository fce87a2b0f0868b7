import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallName, calls } from '../../core/admin/contract.ts';
import { settingKeys } from '../../core/settings/schema.ts';
import { type AdministeredServer, done, startAdministeredServer } from '../support/admin.ts';

fc.configureGlobal({ seed: 4314 });

let server: AdministeredServer;

beforeAll(async () => {
  server = await startAdministeredServer();
});
// Fails when the server logged a bug.
afterAll(() => server.stop());

/** Names of arguments, and values that some call takes seriously. */
const names = [
  'name',
  'newName',
  'password',
  'quota',
  'octets',
  'messages',
  'mail',
  'members',
  'owner',
  'kind',
  'mailbox',
];
const moreNames = [
  'identifier',
  'rights',
  'user',
  'id',
  'address',
  'rules',
  'text',
  'certificate',
  'key',
  'passphrase',
];
const lastNames = ['values', 'expected', 'keys', 'lines', 'level', '__proto__', 'constructor', 'toString'];
const texts = [
  'karen',
  'KAREN',
  'olaf',
  'INBOX',
  'inbox',
  '#users/karen',
  '#public',
  'anyone',
  '-anyone',
  '$sales',
  'user',
];
const moreTexts = [
  'public',
  'keep',
  'delete',
  'imap4',
  'lrswipkxtea',
  '127.0.0.1',
  '::1',
  'info',
  '',
  '/',
  'a//b',
  '..',
  '\0',
];
const words = [
  ...texts,
  ...moreTexts,
  'x'.repeat(2_000),
  '\ud800',
  '*:143/starttls',
  'k\u0301aren',
  '%',
  '*',
  'a\r\nb',
];

/** Not where the administration itself listens: these tests go through it. */
const keys = settingKeys.filter((one) => !one.startsWith('admin.'));
const word = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...keys),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 1, 2 ** 53, 1e308));
const key = fc.oneof(fc.constantFrom(...names, ...moreNames, ...lastNames), word);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    word,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 4 }),
    // As text, since only what comes from outside has a field of its own called __proto__.
    fc.array(fc.tuple(key, tie('json')), { maxLength: 6 }).map(objectOf),
  ),
}));

function objectOf(fields: readonly (readonly [string, unknown])[]): unknown {
  return JSON.parse(`{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`);
}

/** Right in form wherever that is known, so that the calls themselves see strange things and not only their schemas. */
const owner = fc.oneof(
  fc.record({ kind: fc.constant('user'), name: fc.constantFrom('karen', 'Karen', 'KAREN', 'x') }),
  fc.constant({ kind: 'public' }),
);
/** Karen keeps her name, so that much can be done with her. */
const user = fc.oneof(fc.constant('karen'), word);
const mailbox = fc.oneof(fc.constantFrom('INBOX', 'inbox'), word);
const other = fc.oneof(fc.constantFrom('olaf', 'nobody'), fc.string({ unit: 'binary', maxLength: 20 }));
const values = fc.array(fc.tuple(fc.constantFrom(...keys), json), { maxLength: 3 }).map(objectOf);
const shaped: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'settings.set': fc.record({ values, expected: values }, { requiredKeys: ['values'] }),
  'settings.reset': fc.record({ keys: fc.array(word, { minLength: 1, maxLength: 3 }) }),
  'users.rename': fc.record({ name: other, newName: word }),
  'users.setQuota': fc.record({ name: user, quota: fc.record({ octets: fc.nat(), messages: fc.nat() }) }),
  'groups.add': fc.record({ name: word, members: fc.array(user, { maxLength: 3 }) }),
  'groups.rename': fc.record({ name: word, newName: word }),
  'groups.setMembers': fc.record({ name: word, members: fc.array(user, { maxLength: 3 }) }),
  'shares.set': fc.record({
    owner,
    mailbox,
    identifier: fc.oneof(fc.constantFrom('anyone', '-karen', 'karen'), word),
    rights: fc.constantFrom('', 'lr', 'lrswipkxtea', 'c'),
  }),
  'shares.mailboxes': fc.record({ owner }),
  'shares.effective': fc.record({ owner, mailbox, user }),
  'publicFolders.create': fc.record({ name: word }),
  'publicFolders.rename': fc.record({ name: word, newName: word }),
  'publicFolders.remove': fc.record({ name: word }),
  'jobs.get': fc.record({ id: fc.integer() }),
  'jobs.cancel': fc.record({ id: fc.integer() }),
  'mail.import': fc.record({
    ...{ user, mailbox, skipDuplicates: fc.boolean() },
    source: fc.record({ kind: fc.constant('path'), path: word.map((text) => `/nowhere/${text}`) }),
  }),
  'lockouts.unlock': fc.record({ address: word, user: word }),
  'accessRules.test': fc.record({ address: word, user: word }),
  'accessRules.fromText': fc.record({ text: fc.array(word, { maxLength: 5 }).map((lines) => lines.join(' ')) }),
  'certificate.import': fc.record({ certificate: word, key: word, passphrase: word }),
  'log.tail': fc.record({ lines: fc.integer({ min: 1, max: 2_000 }), level: fc.constant('debug'), text: word }),
};

/** Calls that did something: the values above are not only strange. */
const accomplished = new Set<CallName>();

describe('whatever JSON is sent', () => {
  it.each(Object.keys(calls) as CallName[])('%s is done or refused, never a bug', async (name) => {
    const args = fc.oneof(json, shaped[name] ?? json, shaped[name] ?? json);
    await fc.assert(
      fc.asyncProperty(args, async (given) => {
        const result = await server.server.admin.call(name, given as never);
        if (result.ok) accomplished.add(name);
        else expect(result.error.code, result.error.message).not.toBe('internal');
        // What is told goes over a wire.
        expect(JSON.parse(JSON.stringify(result)).ok).toBe(result.ok);
      }),
      { numRuns: 60 },
    );
  });

  it('some of it is right', () => {
    expect([...accomplished]).toEqual(
      expect.arrayContaining(['settings.set', 'users.setQuota', 'groups.add', 'shares.set', 'publicFolders.create']),
    );
  });

  it('nesting beyond reason is refused', async () => {
    for (const text of [
      '['.repeat(100_000) + ']'.repeat(100_000),
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    ]) {
      const deep = JSON.parse(text);
      for (const args of [
        deep,
        { values: { 'imap4.general.bindings': deep } },
        { values: {}, expected: { 'imap4.general.bindings': deep } },
      ]) {
        expect(await server.server.admin.call('settings.set', args)).toMatchObject({
          ok: false,
          error: { code: 'invalid' },
        });
      }
    }
  });

  it('octets that are no HTTP, or half of it, harm nobody else', async () => {
    const { port, token } = server.http.local;
    const head = `POST /api/v1/settings.set HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n`;
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'binary-ascii' }).map((text) => Buffer.from(`${head}${text}\r\n\r\n{}`)),
      json.map((body) => {
        const text = JSON.stringify(body);
        return Buffer.from(`${head}Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
      }),
    );
    await fc.assert(
      fc.asyncProperty(octets, async (sent) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.resume().end(sent);
        await closed;
      }),
      { numRuns: 100 },
    );
    expect(await done(server.admin.call('server.info', {}))).toMatchObject({ dataFolder: server.data });
  });
});
