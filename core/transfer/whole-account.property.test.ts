import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveFormat } from '../formats/archive.ts';
import type { StoredAccount } from '../mail/ports.ts';
import { openTestStore, temporaryFolder } from '../store/testing/test-store.ts';
import { exportMail } from './export-mailboxes.ts';
import { importMailTree, openMailTrees } from './import-archives.ts';
import { everythingIn, Report } from './testing.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  folder = temporaryFolder();
  store = await openTestStore(join(folder.path, 'store'));
});
afterAll(async () => {
  await store.close();
  folder.remove();
});

/** Names that files cannot have, or have in common, or that programs take for something else. */
const level = fc.oneof(
  fc.constantFrom(
    ...['CON', 'nul.txt', 'Case', 'case', 'CASE (2)', 'a:b', 'a?b', 'x.mbox', 'cur', 'new', '.hidden', '..'],
  ),
  fc.constantFrom(
    ...['Büro', 'B&APw-ro', 'R&D', '件'.repeat(70), 'é'.repeat(40), 'end.', 'end ', 'mailroom-export.json', 'mbox'],
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
);
const name = fc
  .array(level, { minLength: 1, maxLength: 3 })
  .map((levels) => levels.join('/').normalize('NFC'))
  .filter(
    (text) => !/[\p{Cc}\u2028\u2029#]/u.test(text) && !/^inbox(\/|$)/i.test(text) && !text.split('/').includes(''),
  );
const flags = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '$Forwarded', 'work', '[odd', 'a,b'];
const message = fc.record({
  bytes: fc
    .tuple(
      fc.constantFrom('Subject: a\r\n\r\n', '', 'From x\r\n', 'X-Gmail-Labels: Inbox\r\n\r\n', '12\n'),
      fc.string({ minLength: 1 }),
    )
    .map(([header, body]) => Buffer.from(header + body)),
  flags: fc.subarray(flags),
  internalDate: fc.record({
    time: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
    zone: fc.integer({ min: -720, max: 840 }),
  }),
});
const mailbox = fc.record({ name, subscribed: fc.boolean(), messages: fc.array(message, { maxLength: 4 }) });
const account = fc.uniqueArray(mailbox, { selector: (one) => one.name, maxLength: 6 });

let number = 0;

describe('an export of everything', () => {
  it.each(['mbox', 'maildir', 'eml'] as readonly ArchiveFormat[])(
    'as %s comes back as it was: names, messages, flags, dates and subscriptions',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(account, async (mailboxes) => {
          const [from, to] = [await store.account(`from${++number}`), await store.account(`to${number}`)];
          for (const { name, subscribed, messages } of mailboxes) {
            if (from.find(name) === undefined) await from.create(name);
            await from.setSubscribed(name, subscribed);
            if (messages.length > 0) await from.append(name, messages);
          }
          const path = join(folder.path, `out${number}`);
          const [out, back] = [new Report(), new Report()];
          await exportMail({ account: from, mailbox: undefined, format, path }, out);
          const options = { account: to, limit: 1_000_000, skipDuplicates: false };
          await importMailTree({ ...options, tree: await openMailTrees([path]) }, back);
          expect([...out.told, ...back.told]).toEqual([]);
          expect([out.messages, back.messages]).toEqual([out.asked, out.asked]);
          expect(await everythingIn(to)).toEqual(await everythingIn(from));
          await rm(path, { recursive: true });
        }),
        { numRuns: 8 },
      );
    },
  );

  const formats: readonly ArchiveFormat[] = ['mbox', 'maildir', 'eml'];
  it.each(formats)(
    'as %s takes names as long as they may be, and goes on past a mailbox that fails',
    async (format) => {
      const [from, to] = [await store.account(`from${++number}`), await store.account(`to${number}`)];
      const long = [
        'x'.repeat(250),
        'ü'.repeat(250),
        `${'x'.repeat(249)}y`,
        `Büro/${'件'.repeat(80)}/${'😀'.repeat(62)}`,
      ];
      const bytes = Buffer.from('Subject: a\r\n\r\n');
      for (const mailbox of [...long, 'bad']) {
        await from.create(mailbox);
        await from.append(mailbox, [{ bytes, flags: [] }]);
      }
      const select: StoredAccount['select'] = async (mailbox, options) => {
        if (mailbox === 'bad') throw new Error('no such file');
        return from.select(mailbox, options);
      };
      const failing = new Proxy(from, {
        get: (target, key) => {
          const member: unknown = Reflect.get(target, key);
          if (key === 'select') return select;
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
      const path = join(folder.path, `out${number}`);
      const out = new Report();
      await exportMail({ account: failing, mailbox: undefined, format, path }, out);
      expect(out.told).toEqual([['bad', expect.stringContaining('could not be written'), 1]]);
      expect([out.messages, out.lost, out.asked]).toEqual([long.length, 1, long.length + 1]);
      const options = { account: to, limit: 1_000_000, skipDuplicates: false };
      await importMailTree({ ...options, tree: await openMailTrees([path]) }, new Report());
      for (const mailbox of long) expect([mailbox, (await to.status(mailbox)).messages]).toEqual([mailbox, 1]);
    },
  );
});
