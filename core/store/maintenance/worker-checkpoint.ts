import type { Database } from '../index/database.ts';
import type { CheckpointResult } from './tasks.ts';

/** PASSIVE waits for nobody and makes nobody wait; its flushes of the database file are this thread's. */
export function checkpoint(database: Database): CheckpointResult {
  const [, pages, done] = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()!;
  return { pages: Number(pages), done: Number(done) };
}
