import { type BlobRow, BlobTable } from '../index/blob-table.ts';
import type { Database } from '../index/database.ts';
import { MailboxTable } from '../index/mailbox-table.ts';
import { FactsReader } from '../index/message-facts.ts';
import { MessageTable } from '../index/message-table.ts';
import { recordLength } from '../segments/record.ts';
import type { PlanCompaction, SegmentPlan } from './tasks.ts';

const ROWS_AT_ONCE = 20_000;

/** Looks at all messages and all blobs as they are at one moment. */
export function planCompaction(database: Database, { segments, deadShare }: PlanCompaction): SegmentPlan[] {
  return database.snapshot(() => {
    const blobs = new BlobTable(database);
    const live = liveBlobs(database, blobs.highest());
    const plans: SegmentPlan[] = [];
    for (const segment of segments) {
      const plan = planSegment(segment, blobs.ofSegment(segment), live);
      const octets = plan.deadOctets + octetsOf(plan.live);
      if (plan.deadOctets > 0 && plan.deadOctets >= octets * deadShare) plans.push(plan);
    }
    return plans;
  });
}

function planSegment(segment: number, rows: readonly BlobRow[], live: Uint8Array): SegmentPlan {
  const dead = rows.filter((row) => live[row.id] === 0);
  return {
    segment,
    live: rows.filter((row) => live[row.id] !== 0),
    dead: dead.map((row) => row.id),
    deadOctets: octetsOf(dead),
  };
}

function octetsOf(rows: readonly BlobRow[]): number {
  return rows.reduce((octets, row) => octets + recordLength(row.size), 0);
}

/** 1 for every blob id that a message refers to. */
function liveBlobs(database: Database, highest: number): Uint8Array {
  const messages = new MessageTable(database);
  const live = new Uint8Array(highest + 1);
  for (const { id } of new MailboxTable(database).all()) {
    for (let from = 1; ; ) {
      const { uids, facts } = messages.load(id, from, ROWS_AT_ONCE);
      const reader = new FactsReader(facts);
      for (let i = 0; i < reader.count; i++) live[reader.blob(i)] = 1;
      const last = uids.at(-1);
      if (last === undefined) break;
      from = last + 1;
    }
  }
  return live;
}
