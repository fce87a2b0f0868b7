import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from '../../base/durable-file.ts';
import { UserError } from '../../base/errors.ts';
import { cannotWrite } from '../../base/system-refusal.ts';
import { readText } from '../../base/text-file.ts';
import type { Authority } from './authority.ts';

const schema = z.object({ certificate: z.string(), privateKey: z.string(), permitted: z.array(z.string()) });

/** `authority.json`: the certificate authority with its key. One file, so that both are replaced at once. */
export class AuthorityFile {
  readonly #folder: string;
  readonly #file: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'authority.json');
  }

  /** Undefined: there is none. @throws UserError when it cannot be used, naming the remedy */
  async read(): Promise<Authority | undefined> {
    const text = await readText(this.#file);
    if (text === undefined) return undefined;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      throw new UserError(
        `${this.#file} is damaged. Put a copy of it back, or remove it and have another authority made, whose root certificate is to be installed again.`,
      );
    }
  }

  /** Readable by nobody else, as the key of the certificate. @throws UserError */
  async write(authority: Authority): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFileDurably(this.#file, JSON.stringify(authority, null, 2));
    } catch (error) {
      throw cannotWrite(this.#file, error);
    }
  }
}
