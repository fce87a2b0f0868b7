import type { Database, Statement } from './database.ts';

/** Names subscribed to; they need not be names of mailboxes (RFC 9051 section 6.3.7). */
export class SubscriptionTable {
  readonly #all: Statement;
  readonly #insert: Statement;
  readonly #delete: Statement;

  constructor(database: Database) {
    this.#all = database.prepare('SELECT name FROM subscription');
    this.#insert = database.prepare('INSERT OR IGNORE INTO subscription VALUES (?)');
    this.#delete = database.prepare('DELETE FROM subscription WHERE name = ?');
  }

  all(): string[] {
    return this.#all.all().map((row) => String(row[0]));
  }

  set(name: string, subscribed: boolean): void {
    if (subscribed) this.#insert.run(name);
    else this.#delete.run(name);
  }
}
