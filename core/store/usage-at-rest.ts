import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Usage } from '../mail/ports.ts';
import { INDEX_FILE } from './index/open-index.ts';

/**
 * What an account that nobody has open held when it was closed. Undefined when it was not closed in order. It is read
 * without locks and without a -wal file, and leaves nothing behind: a list of users must not open everybody's mail.
 */
export function usageAtRest(folder: string): Usage | undefined {
  const file = join(folder, INDEX_FILE);
  if (!existsSync(file)) return existsSync(folder) ? undefined : { octets: 0, messages: 0 };
  // What stands in the log is not in the file yet.
  if (existsSync(`${file}-wal`)) return undefined;
  try {
    const url = pathToFileURL(file);
    url.search = 'immutable=1';
    const database = new DatabaseSync(url, { readOnly: true });
    try {
      return usageIn(database);
    } finally {
      database.close();
    }
  } catch {
    return undefined; // broken or of an older version: opening it says which
  }
}

function usageIn(database: DatabaseSync): Usage | undefined {
  const statement = database.prepare('SELECT value FROM fact WHERE name = ?');
  const fact = (name: string) => statement.get(name)?.['value'];
  const [open, octets, messages] = [fact('open'), fact('used_octets'), fact('used_messages')];
  if (open !== 0 || typeof octets !== 'number' || typeof messages !== 'number') return undefined;
  return { octets, messages };
}
