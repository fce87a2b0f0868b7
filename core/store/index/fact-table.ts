import type { Database, Statement } from './database.ts';

/** Single numbers about an account. */
export interface Facts {
  /** The last UIDVALIDITY given away. The next is larger, whatever became of the mailbox (RFC 9051 section 2.3.1.1). */
  uidValidity: number;
  /** No blob id from here on has been used. */
  blobCeiling: number;
  /** Blobs below were summarised, or handed to be, when the account was last closed. */
  summarised: number;
  /** What all messages took when the account was last closed; good only while `open` is 0. */
  usedOctets: number;
  usedMessages: number;
  /** Octets expunged since the last compaction, when the account was last closed. */
  freedOctets: number;
  /** 1: the public folders, which have no INBOX and no first mailboxes. */
  publicFolders: number;
  /** What views.db and search.db were made for; another one at every opening. See claimDerived. */
  derivedToken: number;
  /** When the pages of the index were last found to be whole; milliseconds since the epoch. */
  verifiedAt: number;
  /** 1 while the account is open for writing: found so at opening, the last run ended without closing. */
  open: number;
}

const COLUMNS: Readonly<Record<keyof Facts, string>> = {
  uidValidity: 'uid_validity',
  blobCeiling: 'blob_ceiling',
  summarised: 'summarised',
  usedOctets: 'used_octets',
  usedMessages: 'used_messages',
  freedOctets: 'freed_octets',
  publicFolders: 'public_folders',
  derivedToken: 'derived_token',
  verifiedAt: 'verified_at',
  open: 'open',
};

export class FactTable {
  readonly #get: Statement;
  readonly #set: Statement;
  readonly #delete: Statement;

  constructor(database: Database) {
    this.#get = database.prepare('SELECT value FROM fact WHERE name = ?');
    this.#set = database.prepare(
      'INSERT INTO fact VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
    this.#delete = database.prepare('DELETE FROM fact WHERE name = ?');
  }

  get(name: keyof Facts): number | undefined {
    return this.#get.get(COLUMNS[name])?.[0] as number | undefined;
  }

  set(name: keyof Facts, value: number): void {
    this.#set.run(COLUMNS[name], value);
  }

  forget(name: keyof Facts): void {
    this.#delete.run(COLUMNS[name]);
  }
}
