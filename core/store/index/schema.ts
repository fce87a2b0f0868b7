import { UserError } from '../../base/errors.ts';
import type { Database } from './database.ts';

/**
 * The index of an account. Each entry takes the schema one version further; entries are never changed once released.
 *
 * message.facts packs what never changes after delivery (message-facts.ts), so that a mailbox of 10,000 messages is read
 * in 2 ms: SQLite glues the column together and typed arrays look at the result as it is.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE mailbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    object_id TEXT NOT NULL,
    name TEXT NOT NULL,
    special_use TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid_next INTEGER NOT NULL,
    highest_modseq INTEGER NOT NULL,
    first_recent INTEGER NOT NULL,
    settled_blobs INTEGER NOT NULL
  );
  CREATE TABLE subscription (name TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE flag_set (id INTEGER PRIMARY KEY, flags TEXT NOT NULL);
  CREATE TABLE blob (id INTEGER PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL, size INTEGER NOT NULL);
  CREATE TABLE message (
    mailbox INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    flag_set INTEGER NOT NULL,
    modseq INTEGER NOT NULL,
    facts BLOB NOT NULL,
    PRIMARY KEY (mailbox, uid)
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE flag_change (
    id INTEGER PRIMARY KEY,
    mailbox INTEGER NOT NULL,
    modseq INTEGER NOT NULL,
    flag_set INTEGER NOT NULL,
    first_uid INTEGER NOT NULL,
    last_uid INTEGER NOT NULL,
    uids TEXT
  );
  `,
  `
  CREATE TABLE viewer (
    id INTEGER PRIMARY KEY,
    mailbox INTEGER NOT NULL,
    account TEXT NOT NULL,
    UNIQUE (mailbox, account)
  );
  CREATE TABLE viewer_seen (
    viewer INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    modseq INTEGER NOT NULL,
    PRIMARY KEY (viewer, uid)
  ) WITHOUT ROWID;
  `,
  // The ledger of segments (segment-table.ts). What it does not know is filled in when the account is opened.
  'CREATE TABLE segment (number INTEGER PRIMARY KEY, state INTEGER NOT NULL);',
];

/**
 * Brings the schema to the version this program knows.
 * @throws UserError when the file was written by a newer program; nothing is touched.
 */
export function migrate(database: Database): void {
  const version = schemaVersion(database);
  if (version > MIGRATIONS.length) {
    throw new UserError(
      `${database.path} was written by a newer version of Mailroom (schema ${version}, this one knows ${MIGRATIONS.length}): start that version`,
    );
  }
  if (version === MIGRATIONS.length) return;
  database.transaction(() => {
    for (const sql of MIGRATIONS.slice(version)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/** @throws UserError when the file is of another version; nothing is touched. */
export function needCurrent(database: Database): void {
  const version = schemaVersion(database);
  if (version === MIGRATIONS.length) return;
  throw new UserError(
    `${database.path} is of another version of Mailroom (schema ${version}, this one knows ${MIGRATIONS.length}), and nothing can be written beside it`,
  );
}

/** 0 for a new file. */
export function schemaVersion(database: Database): number {
  return Number(database.prepare('PRAGMA user_version').get()![0]);
}
