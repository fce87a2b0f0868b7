import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from '../../base/durable-file.ts';

const schema = z.looseObject({
  contractVersion: z.int(),
  address: z.ipv4(),
  port: z.int().min(1).max(65_535),
  token: z.string().min(1),
  /** Never sent; what the server proves itself with. */
  key: z.string().min(1),
});

/** How this machine's programs reach the server that has a data folder. */
export type Access = z.infer<typeof schema>;

/** `<data>/run/admin.json`: whoever may read it may do everything. */
export function accessFile(dataFolder: string): string {
  return join(dataFolder, 'run', 'admin.json');
}

/** Nobody but the owner can read the file. */
export function writeAccess(dataFolder: string, access: Access): Promise<void> {
  return writeFileDurably(accessFile(dataFolder), `${JSON.stringify(access)}\n`);
}

export function removeAccess(dataFolder: string): Promise<void> {
  return rm(accessFile(dataFolder), { force: true });
}

/** Undefined: no server runs, or one that is starting or ending. The file of one that was killed stays until the next. */
export async function readAccess(dataFolder: string): Promise<Access | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(accessFile(dataFolder), 'utf8')));
  } catch {
    return undefined;
  }
}
