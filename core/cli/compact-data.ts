import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenData, withData } from './open-data.ts';
import type { Surroundings } from './surroundings.ts';

/** Gives the space of all users' deleted messages back. @returns octets. @throws UserError */
export function compactData(folder: string, surroundings: Surroundings): Promise<number> {
  return withData(surroundings, folder, compact);
}

async function compact(data: OpenData): Promise<number> {
  const folders = new Set(await readdir(join(data.folder, 'mail')).catch((): string[] => []));
  const users = (await data.directory()).list().filter(({ accountId }) => folders.has(accountId));
  if (users.length === 0) return 0;
  const store = await data.store();
  let octets = 0;
  for (const { accountId } of users) octets += (await store.compact(accountId)).octets;
  return octets;
}
