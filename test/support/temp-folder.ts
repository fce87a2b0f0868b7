import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for a test, on a real disk (the system's temporary folder). */
export async function makeTempFolder(name = 'test'): Promise<string> {
  return mkdtemp(join(tmpdir(), `mailroom-${name}-`));
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
