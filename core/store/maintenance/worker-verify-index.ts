import type { Database } from '../index/database.ts';

/** The first thing that SQLite finds wrong with the pages of a database. Takes some milliseconds a megabyte. */
export function verifyIndex(database: Database): string | undefined {
  const finding = String(database.prepare('PRAGMA quick_check(1)').get()?.[0]);
  return finding === 'ok' ? undefined : finding.replaceAll('\n', ' ');
}
