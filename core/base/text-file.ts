import { readFile } from 'node:fs/promises';
import { type Patience, patienceAtStart, patiently } from './patiently.ts';
import { cannotRead } from './system-refusal.ts';

/** The calls that read a file. A parameter, so that tests can fail them. */
export interface TextFileOptions {
  readonly read?: (path: string) => Promise<Uint8Array>;
  /** As at the start of a server unless said otherwise: most files are read then, and never again. */
  readonly patience?: Patience;
}

/**
 * The text of a file that people may have saved with any editor.
 * @returns undefined when there is no such file
 * @throws UserError when it may not be read, FileHeld when another program keeps it open
 */
export async function readText(
  path: string,
  { read = readFile, patience = patienceAtStart }: TextFileOptions = {},
): Promise<string | undefined> {
  try {
    return textOf(await patiently(path, () => read(path), patience));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cannotRead(path, error);
  }
}

/** The text of a file that a person named. @throws FileHeld, and what the system answers */
export async function readNamedText(path: string): Promise<string> {
  return textOf(await patiently(path, () => readFile(path)));
}

/** UTF-8, or UTF-16 where the byte order mark says so, as PowerShell's `>` and old Notepads save it; without that mark. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
