import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type OpenData, withData } from '../data-folder.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import type { Surroundings } from '../surroundings.ts';

export function addCompactCommand(program: Command, surroundings: Surroundings): void {
  withDataOption(program.command('compact'), surroundings)
    .description('give the disk space of deleted messages back; a running server does so by itself in time')
    .action(async ({ data }: DataOptions) => {
      const octets = await withData(surroundings, data, false, (open) => compact(open));
      surroundings.terminal.out(`gave back ${octets} octets\n`);
    });
}

/** @returns octets given back, of all users. */
async function compact(data: OpenData): Promise<number> {
  const folders = new Set(await readdir(join(data.folder, 'mail')).catch((): string[] => []));
  const users = (await data.directory()).list().filter(({ accountId }) => folders.has(accountId));
  if (users.length === 0) return 0;
  const store = await data.store();
  let octets = 0;
  for (const { accountId } of users) octets += (await store.compact(accountId)).octets;
  return octets;
}
