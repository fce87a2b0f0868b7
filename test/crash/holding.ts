import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../support/random.ts';
import { type Held, hold } from '../windows/hold.ts';

/** Milliseconds that nobody should notice: less than what the server waits for another program. */
const SHORTEST = 100;
const LONGEST = 2_500;

/**
 * Has another program open one to three files of a data folder, as antivirus and backups do, for a moment each. Resolves
 * when it has them; they are closed later. What the server itself holds against others is not had.
 */
export async function holdSomeFiles(dataDir: string, random: Random): Promise<Held[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const chosen = Array.from({ length: random.between(1, 3) }, () => random.pick(files));
  const held = await Promise.all(
    [...new Set(chosen)].map((file) =>
      hold(file, random.pick(['none', 'rw'] as const), random.between(SHORTEST, LONGEST)),
    ),
  );
  return held.filter((one) => one !== undefined && one.share !== 'in use') as Held[];
}
