import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { archiveLimits } from '../base/limits.ts';
import { ownerOnly } from '../formats/permissions.ts';
import { readRegularFile } from '../formats/regular-file.ts';

/** What an export of all mailboxes has in its folder: their names, which files cannot always have. */
export const MANIFEST = 'mailroom-export.json';

/** Below the folder, whatever the file says. */
const path = z
  .string()
  .refine((text) => text.split('/').every((name) => !['', '.', '..'].includes(name) && !/[\\\0]/.test(name)));

const manifest = z.object({
  version: z.literal(1),
  mailboxes: z.array(
    z.object({
      name: z.string().min(1),
      /** Of its file or folder, with `/` between the levels. */
      path,
      /** So many were in it when the export began. */
      messages: z.int().min(0),
      subscribed: z.boolean(),
    }),
  ),
});

export type Manifest = z.output<typeof manifest>;

export async function writeManifest(folder: string, mailboxes: Manifest['mailboxes']): Promise<void> {
  const text = `${JSON.stringify({ version: 1, mailboxes } satisfies Manifest, undefined, 2)}\n`;
  await writeFile(join(folder, MANIFEST), text, { flag: 'wx', mode: ownerOnly.file });
}

/** Undefined: there is none. @throws UserError when it cannot be understood */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const file = await readRegularFile(join(folder, MANIFEST), archiveLimits.manifest);
  if ('reason' in file) return undefined;
  try {
    return manifest.parse(JSON.parse(Buffer.from(file.bytes).toString('utf8')));
  } catch {
    throw new UserError(
      `${join(folder, MANIFEST)} is damaged, or of a newer Mailroom; remove it, and mailboxes are called like their files`,
    );
  }
}
