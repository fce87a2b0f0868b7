import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { FileLayer } from './files/file-layer.ts';
import type { AccountIndex } from './index/account-index.ts';
import { removeSearchDatabase, searchPath } from './search/worker/search-database.ts';
import { removeViews, viewsPath } from './summaries/views-database.ts';

/** Octets of a token: no two are ever the same. Six fit into a number of JavaScript and of SQLite. */
const TOKEN = 6;

interface Derived {
  readonly folder: string;
  readonly files: FileLayer;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * views.db and search.db speak of messages by their ids in the index, and an index that was put back from a backup has
 * given these ids to other messages. So the index gets a new token whenever it is opened, which is also written beside
 * them: where the two differ, they were made for another index or for a later one, and are made again.
 *
 * To be called before anything opens them. Returns what is to be called inside the transaction that opens the index, and
 * what after it.
 */
export async function claimDerived(
  index: AccountIndex,
  derived: Derived,
): Promise<{ renew(): void; note(): Promise<void> }> {
  const { folder, files, random, logger } = derived;
  const path = join(folder, 'derived');
  const noted = await readNumber(path, files);
  const isForeign = noted !== index.facts.get('derivedToken');
  if (isForeign) removeDerived(folder, logger);
  const token = Buffer.from(random(TOKEN)).readUIntBE(0, TOKEN);
  return {
    renew() {
      index.facts.set('derivedToken', token);
      if (isForeign) index.facts.forget('summarised');
    },
    async note() {
      try {
        await writeNumber(path, token, files);
      } catch (err) {
        // Then both are made again when the account is opened the next time.
        logger.warn({ err, folder }, 'Could not note which index the summaries and the search index belong to');
      }
    },
  };
}

function removeDerived(folder: string, logger: Logger): void {
  if (!existsSync(viewsPath(folder)) && !existsSync(searchPath(folder))) return;
  removeViews(folder);
  removeSearchDatabase(folder);
  logger.warn({ folder }, 'The mail index was put back or changed by hand: summaries and search index are made again');
}

async function readNumber(path: string, files: FileLayer): Promise<number | undefined> {
  try {
    const file = await files.open(path, 'read');
    try {
      const bytes = Buffer.alloc(TOKEN * 2);
      const text = bytes.toString('latin1', 0, await file.read(bytes, 0));
      return /^[0-9a-f]{12}$/.test(text) ? Number.parseInt(text, 16) : undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Over what is there: a full disk has room for that, and would have lost it otherwise. */
async function writeNumber(path: string, value: number, files: FileLayer): Promise<void> {
  const file = await files.open(path, 'write').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return files.open(path, 'create');
  });
  try {
    await file.write([Buffer.from(value.toString(16).padStart(TOKEN * 2, '0'))], 0);
  } finally {
    await file.close();
  }
}
