import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { searchLimits } from '../../base/limits.ts';
import { UNKNOWN } from './search-tasks.ts';
import { type TriedSearch, tried } from './testing/tried-search.ts';

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
        expect(
          await store.wrong([
            { kind: 'text', value: 'words' },
            { kind: 'header', name: 'subject', value: '1' },
            { kind: 'text', value: 'subject: number' },
          ]),
        ).toEqual([]);
        // Windows removes no file that is open, and would have the broken one for ever.
        expect(openFiles().filter((file) => file.includes('search.db (deleted)'))).toEqual([]);
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
      expect(await store.wrong([{ kind: 'header', name: 'subject', value: 'number 7' }])).toEqual([]);
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
      expect(await store.wrong([{ kind: 'body', value: 'the invoice' }])).toEqual([]);
    }));

  it('knows a large message whose text is small, after it left a mark for the case that it dies of it', () =>
    tried(async (store) => {
      const attachment = `Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${'QUJD'.repeat(400_000)}`;
      await store.append([Buffer.from(attachment), ...many]);
      await store.index();
      expect(await store.unknown()).toBe(0);
    }));
});

describe('the index of many messages, whose signatures lie slice by slice', () => {
  const enough = searchLimits.blockMessages * (searchLimits.chunkBlocks + 3);
  const manifold = (mail: readonly Uint8Array[]) =>
    Array.from({ length: enough }, (_, i) =>
      Buffer.concat([mail[i % mail.length]!, Buffer.from(`\r\n${i} ${i % 97}`)]),
    );
  const chunks = (store: TriedSearch): number => {
    const database = new DatabaseSync(join(store.accountFolder, 'search.db'), { readOnly: true });
    const { count } = database.prepare('SELECT count(*) count FROM chunk').get() as { count: number };
    database.close();
    return count;
  };

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
        expect(
          await store.wrong([
            { kind: 'text', value: 'number 1' },
            { kind: 'body', value: '1077 10' },
          ]),
        ).toEqual([]);
      }
      expect(chunks(store)).toBe(0);
    }));

  it('goes on behind what is stored so when all that came later is gone', () =>
    tried(async (store) => {
      const mail = manifold([Buffer.from('Subject: x\r\n\r\nsome text')]);
      await store.append(mail);
      await store.index();
      const gone = Array.from(
        store.inbox.state.columns.uid.subarray(searchLimits.blockMessages * searchLimits.chunkBlocks, mail.length),
      );
      await store.inbox.storeFlags(gone, { mode: 'add', flags: ['\\Deleted'] });
      await store.inbox.expunge(gone);
      await store.compact();
      await store.index(undefined, true);
      await store.append(mail.slice(0, 20));
      await store.index();
      expect(await store.unknown()).toBe(0);
      expect(store.warnings).toEqual([]);
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
        expect(await store.wrong([{ kind: 'text', value: 'some text' }])).toEqual([]);
        expect(store.warnings.splice(0), table).toEqual(['The search index was broken and is made anew']);
      }
    }));
});

/** The files this process has open, on Linux, which knows them. */
function openFiles(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return ''; // closed meanwhile
    }
  });
}
