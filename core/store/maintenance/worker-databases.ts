import { dirname } from 'node:path';
import { Database } from '../index/database.ts';

/** Connections of the maintenance thread's own to the indexes of accounts. */
export class WorkerDatabases {
  readonly #databases = new Map<string, Database>();

  get(path: string): Database {
    const known = this.#databases.get(path);
    if (known) return known;
    const database = new Database(path);
    this.#databases.set(path, database);
    return database;
  }

  /** Closes those in an account's folder. */
  close(folder: string): void {
    for (const [path, database] of this.#databases) {
      if (dirname(path) !== folder) continue;
      this.#databases.delete(path);
      database.close();
    }
  }
}
