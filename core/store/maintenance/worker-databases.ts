import { dirname } from 'node:path';
import { LeastRecentlyUsed } from '../../base/least-recently-used.ts';
import { storeLimits } from '../../base/limits.ts';
import { Database } from '../index/database.ts';

/** Connections of the maintenance thread's own to the indexes of accounts, the last used of them kept. */
export class WorkerDatabases {
  readonly #databases = new LeastRecentlyUsed<Database>(storeLimits.maintenanceDatabases, (database) =>
    database.close(),
  );

  get(path: string): Database {
    return this.#databases.get(path, () => new Database(path));
  }

  /** Closes those in an account's folder. */
  close(folder: string): void {
    for (const path of this.#databases.names()) if (dirname(path) === folder) this.#databases.drop(path);
  }
}
