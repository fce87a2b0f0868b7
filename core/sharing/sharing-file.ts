import type { Adapter } from 'lowdb';
import { z } from 'zod';
import { DamagedFile } from '../base/damaged-files.ts';
import { type FileCalls, systemFiles, writeFileDurably } from '../base/durable-file.ts';
import { UserError } from '../base/errors.ts';
import { cannotWrite } from '../base/system-refusal.ts';
import { readText } from '../base/text-file.ts';
import { rightsFromText } from '../mail/rights.ts';

/** Goes up when an older Mailroom could no longer read the file rightly. New keys alone do not need that. */
const formatVersion = 1;

const subject = z.string().regex(/^-?(?:anyone|(?:user|group):.+)$/, 'is neither user:, group: nor anyone');
const rights = z.string().refine((text) => rightsFromText(text) !== undefined, 'has a letter that is no right');

const schema = z.looseObject({
  version: z.literal(formatVersion),
  mailboxes: z.array(
    z.looseObject({
      account: z.string().min(1),
      /** The mailbox's object id (RFC 8474), which a rename does not change. */
      mailbox: z.string().min(1),
      /** Subjects (effective-rights.ts) and their letters of RFC 4314. */
      entries: z.record(subject, rights),
    }),
  ),
});

export type SharingContent = z.infer<typeof schema>;
export type SharedMailboxRecord = SharingContent['mailboxes'][number];

export function emptySharing(): SharingContent {
  return { version: formatVersion, mailboxes: [] };
}

/** lowdb's way to `sharing.json`. */
export class SharingFile implements Adapter<SharingContent> {
  readonly #path: string;
  readonly #files: FileCalls;

  constructor(path: string, files: FileCalls = systemFiles) {
    this.#path = path;
    this.#files = files;
  }

  /** Null when there is no file yet. @throws DamagedFile; UserError for one that is newer or may not be read. */
  async read(): Promise<SharingContent | null> {
    const text = await readText(this.#path);
    return text === undefined ? null : this.#check(text);
  }

  /**
   * Replaces the file; the state before is beside it as `sharing.json.bak`. Resolves when that survives a power cut.
   * @throws UserError when the disk does not take it.
   */
  async write(content: SharingContent): Promise<void> {
    try {
      const before = await readText(this.#path);
      if (before !== undefined) await writeFileDurably(this.backup, before, { files: this.#files });
      await writeFileDurably(this.#path, `${JSON.stringify(content, undefined, 1)}\n`, { files: this.#files });
    } catch (error) {
      throw cannotWrite(`The list of what is shared, ${this.#path},`, error, '; everything stays as it was');
    }
  }

  get backup(): string {
    return `${this.#path}.bak`;
  }

  #check(text: string): SharingContent {
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch (error) {
      throw this.#unusable(reason(error));
    }
    const checked = schema.safeParse(content);
    if (checked.success) return checked.data;
    if (isNewer(content)) {
      throw new UserError(
        `The list of what is shared, ${this.#path}, was written by a newer Mailroom. Start that one, or restore the folder from a backup.`,
      );
    }
    const issue = checked.error.issues[0];
    throw this.#unusable(`${issue?.path.join('.')}: ${issue?.message}`);
  }

  #unusable(problem: string): DamagedFile {
    return new DamagedFile(
      problem,
      `The list of what is shared, ${this.#path}, cannot be used: ${problem}. Correct it, restore it from a backup, or remove it to begin with nothing shared.`,
    );
  }
}

function isNewer(content: unknown): boolean {
  const version = z.looseObject({ version: z.number() }).safeParse(content);
  return version.success && version.data.version > formatVersion;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
