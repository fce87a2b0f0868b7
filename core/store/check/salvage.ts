import type { AccountIndex } from '../index/account-index.ts';
import { Database, type Value } from '../index/database.ts';
import { listMessages } from './messages.ts';

/** Tables with the column they are sorted by and their number of columns. */
const TABLES = [
  { name: 'fact', key: 'name', columns: 2 },
  { name: 'mailbox', key: 'id', columns: 9 },
  { name: 'flag_set', key: 'id', columns: 2 },
  { name: 'subscription', key: 'name', columns: 1 },
  { name: 'blob', key: 'id', columns: 4 },
  { name: 'message', key: 'mailbox', columns: 5 },
  { name: 'flag_change', key: 'id', columns: 7 },
] as const;
/** Marks only, without which no mail is missing. */
const MARKS = [
  { name: 'viewer', key: 'id', columns: 3 },
  { name: 'viewer_seen', key: 'viewer', columns: 4 },
  { name: 'segment', key: 'number', columns: 2 },
] as const;
type Table = (typeof TABLES | typeof MARKS)[number];

/** Copies what can still be read of a broken index into a new one; what cannot is found again in the segments. */
export function salvage(brokenPath: string, index: AccountIndex): void {
  let broken: Database | undefined;
  let complete = false;
  try {
    broken = new Database(brokenPath);
    const copied = TABLES.map((table) => copyTable(broken!, index, table));
    complete = copied.every(Boolean);
    for (const table of MARKS) copyTable(broken, index, table);
  } catch {
    // Not a database at all.
  } finally {
    broken?.close();
  }
  if (!complete) forgetUnreferenced(index);
}

/** Returns whether the whole table could be read. */
function copyTable(broken: Database, index: AccountIndex, table: Table): boolean {
  const places = Array.from({ length: table.columns }, () => '?').join(', ');
  const insert = index.database.prepare(`INSERT OR REPLACE INTO ${table.name} VALUES (${places})`);
  const copy = (order: 'ASC' | 'DESC') =>
    index.database.transaction(() => {
      try {
        for (const row of rowsOf(broken, table, order)) insert.run(...row);
        return true;
      } catch {
        // Here the damage begins.
        return false;
      }
    });
  // From the front up to the damage, then from the back down to it.
  if (copy('ASC')) return true;
  copy('DESC');
  return false;
}

function rowsOf(broken: Database, { name, key }: Table, order: 'ASC' | 'DESC'): Iterable<readonly Value[]> {
  const second = name === 'message' || name === 'viewer_seen' ? `, uid ${order}` : '';
  return broken.prepare(`SELECT * FROM ${name} ORDER BY ${key} ${order}${second}`).iterate();
}

/**
 * A blob that no message refers to was expunged, or its message was lost with the index: nobody can tell. Without a row
 * it counts as mail that was found, and comes back.
 */
function forgetUnreferenced(index: AccountIndex): void {
  const referenced = new Set<number>();
  for (const message of listMessages(index)) referenced.add(message.blob);
  index.database.transaction(() => {
    for (const { id } of index.blobs.range(0, Number.MAX_SAFE_INTEGER)) {
      if (!referenced.has(id)) index.blobs.delete(id);
    }
  });
}
