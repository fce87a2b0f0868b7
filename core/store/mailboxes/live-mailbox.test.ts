import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from '../index/database.ts';
import { StoredFlagSets } from '../index/flag-sets.ts';
import { emptyColumns } from './columns.ts';
import { LiveMailbox } from './live-mailbox.ts';
import { MailboxRecord } from './mailbox-record.ts';

function emptyMailbox(): LiveMailbox {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE flag_set (id INTEGER PRIMARY KEY, flags TEXT NOT NULL)');
  const counters = { uidValidity: 1, uidNext: 1, highestModseq: 1, firstRecent: 1 };
  const record = new MailboxRecord({ id: 1, objectId: 'F', name: 'INBOX', specialUse: [], ...counters });
  return new LiveMailbox(record, new StoredFlagSets(database), { columns: emptyColumns(0), count: 0 }, 0);
}

function add(mailbox: LiveMailbox, uids: number[]): void {
  const columns = emptyColumns(uids.length);
  columns.uid.set(uids);
  columns.blob.set(uids.map((uid) => uid * 10));
  mailbox.appended({ columns, count: uids.length }, (uids.at(-1) ?? 0) + 1);
}

describe('a mailbox in memory', () => {
  it('holds what was added and not expunged, finds it by UID, and leaves old columns as they were', () => {
    const change = fc.oneof(
      fc.record({ add: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ expunge: fc.uniqueArray(fc.integer({ min: 1, max: 120 }), { maxLength: 60 }) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const mailbox = emptyMailbox();
        let expected: number[] = [];
        let next = 1;
        for (const one of changes) {
          const { columns, count, expungeEpoch } = mailbox;
          const before = expected;
          if ('add' in one) {
            const uids = Array.from({ length: one.add }, () => next++);
            add(mailbox, uids);
            expected = [...expected, ...uids];
            expect(mailbox.expungeEpoch).toBe(expungeEpoch);
          } else {
            mailbox.expunged(one.expunge.sort((a, b) => a - b));
            expected = expected.filter((uid) => !one.expunge.includes(uid));
            expect(mailbox.expungeEpoch).toBe(expungeEpoch + 1);
          }
          expect([...columns.uid.subarray(0, count)]).toEqual(before);
          expect([...mailbox.columns.uid.subarray(0, mailbox.count)]).toEqual(expected);
          expect([...mailbox.columns.blob.subarray(0, mailbox.count)]).toEqual(expected.map((uid) => uid * 10));
          for (let uid = 0; uid <= next; uid++) expect(mailbox.rowOf(uid)).toBe(expected.indexOf(uid));
        }
      }),
    );
  });

  it('changes flags in place, so that who reads the columns sees them without asking again', () => {
    const mailbox = emptyMailbox();
    add(mailbox, [1, 2, 3]);
    const { columns } = mailbox;
    mailbox.flagged([{ flagSet: 7, rows: [0, 2] }], 9);
    expect([...columns.flagSet.subarray(0, 3)]).toEqual([7, 0, 7]);
    expect([...columns.modseq.subarray(0, 3)]).toEqual([9, 0, 9]);
    expect(mailbox.lastFlagModseq).toBe(9);
  });
});
