import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from './regular-file.ts';

/** Dovecot's file of what the small letters in a Maildir's names mean: lines of `number keyword`, 0 for `a`. */
const FILE = 'dovecot-keywords';
/** Octets of that file: 26 keywords, each much longer than any is. */
const LONGEST = 64 * 1024;
const letters = 'abcdefghijklmnopqrstuvwxyz';

export async function readKeywords(maildir: string): Promise<ReadonlyMap<string, string>> {
  const file = await readRegularFile(join(maildir, FILE), LONGEST);
  const text = 'bytes' in file ? Buffer.from(file.bytes).toString('utf8') : '';
  const meanings = [...text.matchAll(/^(\d{1,2}) (\S.*)$/gm)].map(
    ([, number, keyword]) => [letters[Number(number)] ?? '', keyword ?? ''] as const,
  );
  return new Map(meanings.filter(([letter]) => letter !== ''));
}

/** Gives letters to keywords as they come; there are 26. */
export class KeywordLetters {
  readonly #given = new Map<string, string>();

  /** Undefined when all letters are taken. */
  letter(keyword: string): string | undefined {
    const key = keyword.toLowerCase();
    const known = [...this.#given.keys()].findIndex((other) => other.toLowerCase() === key);
    if (known >= 0) return letters[known];
    const next = letters[this.#given.size];
    if (next !== undefined) this.#given.set(keyword, next);
    return next;
  }

  async save(maildir: string): Promise<void> {
    if (this.#given.size === 0) return;
    const lines = [...this.#given.keys()].map((keyword, number) => `${number} ${keyword}\n`);
    await writeFile(join(maildir, FILE), lines.join(''), { flag: 'wx' });
  }
}
