import { dirname } from 'node:path';
import { Database } from '../index/database.ts';
import type { CheckpointResult } from './tasks.ts';

/** Checkpoints through connections of the thread's own: their flushes of the database file block nobody. */
export class WorkerCheckpoints {
  readonly #databases = new Map<string, Database>();

  run(path: string): CheckpointResult {
    let database = this.#databases.get(path);
    if (!database) {
      database = new Database(path);
      this.#databases.set(path, database);
    }
    const [, pages, done] = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()!;
    return { pages: Number(pages), done: Number(done) };
  }

  /** Closes the databases in an account's folder. */
  close(folder: string): void {
    for (const [path, database] of this.#databases) {
      if (dirname(path) !== folder) continue;
      this.#databases.delete(path);
      database.close();
    }
  }
}
