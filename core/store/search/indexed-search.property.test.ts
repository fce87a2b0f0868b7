import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchLimits } from '../../base/limits.ts';
import { silentLogger } from '../../base/logger.ts';
import { summarise } from '../../mail/mime/summarise.ts';
import type { MailAccount, SelectedMailbox } from '../../mail/ports.ts';
import { matches } from '../../mail/search/matches.ts';
import type { ContentCriterion } from '../../mail/search-criteria.ts';
import { openTestStore, select, temporaryFolder } from '../testing/test-store.ts';
import { SearchInPlace } from './search-in-place.ts';
import { UNKNOWN } from './search-tasks.ts';
import { anyCriterion, anyMessage } from './testing/searched-mail.ts';

/** More than are scanned without asking the index. */
const messages = fc.array(anyMessage, { minLength: 18, maxLength: 40 });
const criteria = fc.array(anyCriterion, { minLength: 10, maxLength: 20 });

/** A store whose index is made when the test says so. */
class Tried {
  readonly #folder = temporaryFolder();
  readonly warnings: string[] = [];
  runner = new SearchInPlace();
  #store: Awaited<ReturnType<typeof openTestStore>> | undefined;
  account!: MailAccount;
  inbox!: SelectedMailbox;

  get accountFolder(): string {
    return join(this.#folder.path, 'anna');
  }

  async open(): Promise<this> {
    this.runner = new SearchInPlace();
    const logger = { ...silentLogger, warn: (_: object, message: string) => void this.warnings.push(message) };
    this.#store = await openTestStore(this.#folder.path, { search: this.runner, logger });
    this.account = await this.#store.account('anna');
    this.inbox = await select(this.account, 'INBOX');
    return this;
  }

  async append(messages: readonly Uint8Array[]): Promise<void> {
    await this.account.append(
      'INBOX',
      messages.map((bytes) => ({ bytes, flags: [] })),
    );
  }

  /** Indexes what has a lower id; everything unless said otherwise. */
  async index(below = Number.MAX_SAFE_INTEGER, vanished = false): Promise<void> {
    for (;;) {
      const { left } = await this.runner.run('index', { folder: this.accountFolder, below, vanished });
      if (left === 0) return;
    }
  }

  compact(): Promise<unknown> {
    return this.#store!.compact('anna');
  }

  /** The answers must be those of a look into every message. */
  async check(criteria: readonly ContentCriterion[]): Promise<void> {
    const { columns, count } = this.inbox.state;
    const rows = Array.from({ length: count }, (_, row) => row);
    const contents = await this.inbox.contents({ columns, rows });
    for (const criterion of criteria) {
      const expected = rows.filter((row) => matches(criterion, contents[row]!, summarise(contents[row]!).parts));
      const found = await this.inbox.matching({ columns, rows }, criterion);
      expect(Array.from(found), JSON.stringify(criterion)).toEqual(expected);
    }
  }

  /** How many messages the index knows nothing of. */
  async unknown(criterion: ContentCriterion = { kind: 'text', value: 'invoice' }): Promise<number> {
    const { columns, count } = this.inbox.state;
    const blobs = Float64Array.from(columns.blob.subarray(0, count)).sort();
    const { verdicts } = await this.runner.run('find', { folder: this.accountFolder, criterion, blobs });
    return verdicts.filter((verdict) => verdict === UNKNOWN).length;
  }

  async close(): Promise<void> {
    await this.#store!.close();
    await this.runner.run('close', { folder: this.accountFolder });
  }

  async remove(): Promise<void> {
    await this.close();
    this.#folder.remove();
  }
}

async function tried(work: (tried: Tried) => Promise<void>): Promise<void> {
  const one = await new Tried().open();
  try {
    await work(one);
  } finally {
    await one.remove();
  }
}

describe('a search through the index', () => {
  it('finds what a look into every message finds, whatever part of them is indexed', async () => {
    await fc.assert(
      fc.asyncProperty(messages, criteria, fc.nat(40), (mail, asked, some) =>
        tried(async (store) => {
          await store.append(mail);
          await store.check(asked.slice(0, 3));
          await store.index(store.inbox.state.columns.blob[0]! + some);
          await store.check(asked.slice(3, 6));
          await store.index();
          await store.check(asked);
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('does so over many small deliveries, reopening, copies, expunges and compaction', async () => {
    await fc.assert(
      fc.asyncProperty(messages, criteria, fc.infiniteStream(fc.nat(3)), (mail, asked, choices) =>
        tried(async (store) => {
          for (const [i, bytes] of mail.entries()) {
            await store.append([bytes]);
            const choice = choices.next().value;
            if (choice === 1) await store.index();
            if (choice === 2 && i % 7 === 0) {
              await store.close();
              await store.open();
            }
            if (choice === 3) await store.inbox.copy([1 + (i >> 1)], 'INBOX');
          }
          await store.check(asked.slice(0, 4));
          const gone = Array.from(store.inbox.state.columns.uid.subarray(0, store.inbox.state.count)).filter(
            (uid) => uid % 3 > 0,
          );
          await store.inbox.storeFlags(gone, { mode: 'add', flags: ['\\Deleted'] });
          await store.inbox.expunge(gone);
          await store.compact();
          await store.append(mail.slice(0, 20));
          await store.index(undefined, true);
          await store.check(asked);
        }),
      ),
      { numRuns: 25 },
    );
  });

  it('never takes what a broken disk made of the index for an answer, and makes it anew', async () => {
    let rebuilt = 0;
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      octets: fc.uint8Array({ minLength: 1, maxLength: 600 }),
    });
    await fc.assert(
      fc.asyncProperty(
        messages,
        criteria,
        fc.array(damage, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (mail, asked, damages, cut) =>
          tried(async (store) => {
            await store.append(mail);
            await store.index();
            await store.close();
            const path = join(store.accountFolder, 'search.db');
            const file = readFileSync(path);
            for (const { at, octets } of damages)
              file.set(
                octets.subarray(0, file.length - Math.floor(at * (file.length - 1))),
                Math.floor(at * (file.length - 1)),
              );
            writeFileSync(path, cut ? file.subarray(0, Math.floor(damages[0]!.at * file.length)) : file);
            await store.open();
            await store.check(asked);
            rebuilt += (await store.unknown()) > 0 ? 1 : 0;
            await store.index();
            await store.check(asked);
          }),
      ),
      { numRuns: 60 },
    );
    expect(rebuilt).toBeGreaterThan(5);
  });
});

describe('a search through many messages, whose signatures lie slice by slice', () => {
  const enough = searchLimits.blockMessages * (searchLimits.chunkBlocks + 3);
  const manifold = (mail: readonly Uint8Array[]) =>
    Array.from({ length: enough }, (_, i) =>
      Buffer.concat([mail[i % mail.length]!, Buffer.from(`\r\n${i} ${i % 97}`)]),
    );
  const chunks = (store: Tried): number => {
    const database = new DatabaseSync(join(store.accountFolder, 'search.db'), { readOnly: true });
    const { count } = database.prepare('SELECT count(*) count FROM chunk').get() as { count: number };
    database.close();
    return count;
  };

  it('finds what a look into every message finds', async () => {
    await fc.assert(
      fc.asyncProperty(messages, criteria, (mail, asked) =>
        tried(async (store) => {
          await store.append(manifold(mail));
          await store.index();
          expect(chunks(store)).toBe(1);
          await store.check([...asked, { kind: 'text', value: '1 0' }, { kind: 'text', value: '1077 10' }]);
        }),
      ),
      { numRuns: 8 },
    );
  });

  it('does so when many of them are gone and their blocks are made anew, until the last of them is gone', () =>
    tried(async (store) => {
      const ordinary = Array.from({ length: 20 }, (_, i) =>
        Buffer.from(`Subject: ${i}\r\n\r\nnumber ${i} of the invoice`),
      );
      await store.append(manifold(ordinary));
      await store.index();
      for (const share of [3, 2, 1]) {
        const { uid } = store.inbox.state.columns;
        const gone = Array.from(uid.subarray(0, store.inbox.state.count)).filter((_, i) => i % 50 < 50 / share - 3);
        await store.inbox.storeFlags(gone, { mode: 'add', flags: ['\\Deleted'] });
        await store.inbox.expunge(gone);
        await store.compact();
        await store.index(undefined, true);
        expect(await store.unknown()).toBe(0);
        await store.check([
          { kind: 'text', value: 'number 1' },
          { kind: 'body', value: '1077 10' },
        ]);
      }
      expect(chunks(store)).toBe(0);
    }));

  it('is made anew when one octet of a slice is wrong', () =>
    tried(async (store) => {
      await store.append(manifold([Buffer.from('Subject: x\r\n\r\nsome text')]));
      for (const [table, column] of [
        ['slice', 'octets'],
        ['chunk', 'blocks'],
      ]) {
        await store.index();
        await store.close();
        const database = new DatabaseSync(join(store.accountFolder, 'search.db'));
        const rows = database.prepare(`SELECT id, ${column} octets FROM ${table}`).all();
        for (const { id, octets } of rows as { id: number; octets: Uint8Array }[]) {
          octets[octets.length >> 1]! ^= 0x10;
          database.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`).run(octets, id);
        }
        database.close();
        await store.open();
        await store.check([{ kind: 'text', value: 'some text' }]);
        expect(store.warnings.splice(0), table).toEqual(['The search index was broken and is made anew']);
      }
    }));
});

describe('the index', () => {
  const mail = (i: number) => Buffer.from(`Subject: number ${i}\r\n\r\nthe invoice ${i} of ${'words '.repeat(i)}`);
  const many = Array.from({ length: 60 }, (_, i) => mail(i));

  it('knows all ordinary mail, so that nothing is scanned', () =>
    tried(async (store) => {
      await store.append(many);
      expect(await store.unknown()).toBe(60);
      await store.index(store.inbox.state.columns.blob[0]! + 20);
      expect(await store.unknown()).toBe(40);
      await store.index();
      expect(await store.unknown()).toBe(0);
    }));

  it('does not read again after a restart what it knows', () =>
    tried(async (store) => {
      await store.append(many);
      await store.index();
      await store.close();
      await store.open();
      expect(await store.unknown()).toBe(0);
    }));

  it('is made anew when another version made it', () =>
    tried(async (store) => {
      await store.append(many);
      await store.index();
      await store.close();
      const database = new DatabaseSync(join(store.accountFolder, 'search.db'));
      database.exec('PRAGMA user_version = 999');
      database.close();
      await store.open();
      expect(await store.unknown()).toBe(60);
      await store.index();
      expect(await store.unknown()).toBe(0);
    }));

  it('is made anew when one octet of it is wrong, wherever that is', () =>
    tried(async (store) => {
      await store.append(many);
      for (const table of [
        'block',
        'subject_field',
        'body_signature',
        'header_signature',
        'body_text',
        'header_text',
      ]) {
        await store.index();
        await store.close();
        const database = new DatabaseSync(join(store.accountFolder, 'search.db'));
        const column = table === 'block' ? 'facts' : 'octets';
        const { octets } = database.prepare(`SELECT ${column} octets FROM ${table}`).get() as { octets: Uint8Array };
        octets[octets.length >> 1]! ^= 0x10;
        database.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = 1`).run(octets);
        database.close();
        await store.open();
        await store.check([
          { kind: 'text', value: 'words' },
          { kind: 'header', name: 'subject', value: '1' },
          { kind: 'text', value: 'subject: number' },
        ]);
        expect(store.warnings.splice(0), table).toEqual(['The search index was broken and is made anew']);
      }
    }));

  it('does not take one message for another when ids are used again after a folder was put back', () =>
    tried(async (store) => {
      await store.append(many);
      await store.index();
      await store.close();
      const index = readFileSync(join(store.accountFolder, 'search.db'));
      await store.remove();
      await store.open();
      await store.append(many.toReversed());
      await store.close();
      writeFileSync(join(store.accountFolder, 'search.db'), index);
      await store.open();
      await store.check([{ kind: 'header', name: 'subject', value: 'number 7' }]);
    }));

  it('forgets what is gone for good', () =>
    tried(async (store) => {
      await store.append(many);
      await store.index();
      const { uid } = store.inbox.state.columns;
      const gone = Array.from(uid.subarray(0, 50));
      await store.inbox.storeFlags(gone, { mode: 'add', flags: ['\\Deleted'] });
      const columns = store.inbox.state.columns;
      await store.inbox.expunge(gone);
      await store.compact();
      await store.index(undefined, true);
      const { verdicts } = await store.runner.run('find', {
        folder: store.accountFolder,
        criterion: { kind: 'body', value: 'invoice' },
        blobs: columns.blob.slice(0, 48),
      });
      expect(verdicts.every((verdict) => verdict === UNKNOWN)).toBe(true);
      expect(await store.unknown()).toBe(0);
    }));

  it('takes those in again that shared a block with what is gone', () =>
    tried(async (store) => {
      await store.append(many);
      await store.index();
      const gone = Array.from(store.inbox.state.columns.uid.subarray(0, 10));
      await store.inbox.storeFlags(gone, { mode: 'add', flags: ['\\Deleted'] });
      await store.inbox.expunge(gone);
      await store.compact();
      await store.index(undefined, true);
      expect(await store.unknown()).toBe(0);
    }));

  it('leaves messages with an enormous text to be scanned', () =>
    tried(async (store) => {
      const large = Buffer.from(`Subject: log\r\n\r\n${'0123456789 abcdef\r\n'.repeat(500_000)}the invoice`);
      await store.append([...many, large]);
      await store.index();
      expect(await store.unknown()).toBe(1);
      await store.check([{ kind: 'body', value: 'the invoice' }]);
    }));

  it('knows a large message whose text is small, after it left a mark for the case that it dies of it', () =>
    tried(async (store) => {
      const attachment = `Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${'QUJD'.repeat(400_000)}`;
      await store.append([Buffer.from(attachment), ...many]);
      await store.index();
      expect(await store.unknown()).toBe(0);
    }));
});
