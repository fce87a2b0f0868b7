import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveLimits } from '../base/limits.ts';
import { ownerOnly } from './permissions.ts';
import { readRegularFile } from './regular-file.ts';

/**
 * Keywords for which the names of files have no letters: lines of the number that a message's file begins with and its
 * keywords, `000012 $Work later`, in a file of this name beside the messages.
 */
export const KEYWORD_LIST = 'mailroom-keywords.txt';

export class KeywordList {
  readonly #lines: string[] = [];

  add(number: number, keywords: readonly string[]): void {
    if (keywords.length > 0) this.#lines.push(`${number} ${keywords.join(' ')}\n`);
  }

  async save(folder: string): Promise<void> {
    if (this.#lines.length === 0) return;
    await writeFile(join(folder, KEYWORD_LIST), this.#lines.join(''), { flag: 'wx', mode: ownerOnly.file });
  }
}

/** By the number of the message's file. */
export async function readKeywordList(folder: string): Promise<ReadonlyMap<number, readonly string[]>> {
  const file = await readRegularFile(join(folder, KEYWORD_LIST), archiveLimits.keywordList);
  const text = 'bytes' in file ? Buffer.from(file.bytes).toString('utf8') : '';
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(lines.map(([number, ...keywords]) => [Number(number), keywords]));
}
