import type { Adapter } from 'lowdb';
import { z } from 'zod';
import { type FileCalls, systemFiles, writeFileDurably } from '../base/durable-file.ts';
import { UserError } from '../base/errors.ts';
import { foldName } from '../base/fold-name.ts';
import { directoryLimits } from '../base/limits.ts';
import { cannotWrite } from '../base/system-refusal.ts';
import { readText } from '../base/text-file.ts';
import { type GroupRecord, groupRecordSchema } from './group.ts';
import { userRecordSchema } from './user.ts';

/** Goes up when an older Mailroom could no longer read the file rightly. New keys alone do not need that. */
const formatVersion = 2;

const schema = z
  .looseObject({
    version: z.literal(formatVersion),
    /** Base64; makes up what SCRAM is told of users there are not. Stays, so that a restart does not give them away. */
    decoySecret: z.base64().min(1),
    users: z.array(userRecordSchema),
    groups: z.array(groupRecordSchema).max(directoryLimits.groups),
  })
  .refine(({ users }) => allDiffer(users.map(({ name }) => foldName(name))), 'two users have the same name')
  .refine(({ users }) => allDiffer(users.map(({ accountId }) => accountId)), 'two users have the same accountId')
  .refine(({ groups }) => allDiffer(groups.map(({ name }) => foldName(name))), 'two groups have the same name')
  .refine(({ groups }) => allDiffer(groups.map(({ id }) => id)), 'two groups have the same id');

export type DirectoryContent = z.infer<typeof schema>;

export function emptyDirectory(decoySecret: Uint8Array): DirectoryContent {
  return { version: formatVersion, decoySecret: Buffer.from(decoySecret).toString('base64'), users: [], groups: [] };
}

/**
 * lowdb's way to `directory.json`. Users are precious: nothing that cannot be read is ever replaced or passed over, and
 * the state before the last change is beside the file as `directory.json.bak`.
 */
export class DirectoryFile implements Adapter<DirectoryContent> {
  readonly #path: string;
  readonly #files: FileCalls;

  constructor(path: string, files: FileCalls = systemFiles) {
    this.#path = path;
    this.#files = files;
  }

  /** Null when there is no file yet. @throws UserError for a file that cannot be used, naming the remedy. */
  async read(): Promise<DirectoryContent | null> {
    const text = await readText(this.#path);
    if (text === undefined) {
      if ((await readText(this.#backup)) === undefined) return null;
      throw new UserError(
        `The user directory ${this.#path} is gone, but ${this.#backup} is there. Copy that one back to its name, or remove it too to begin without users.`,
      );
    }
    return this.#check(text);
  }

  /** Replaces the file; resolves when that survives a power cut. @throws UserError when the disk does not take it. */
  async write(content: DirectoryContent): Promise<void> {
    try {
      const before = await readText(this.#path);
      if (before !== undefined) await writeFileDurably(this.#backup, before, { files: this.#files });
      await writeFileDurably(this.#path, `${JSON.stringify(content, undefined, 2)}\n`, { files: this.#files });
    } catch (error) {
      throw cannotWrite(`The user directory ${this.#path}`, error, '; everything stays as it was');
    }
  }

  get #backup(): string {
    return `${this.#path}.bak`;
  }

  async #check(text: string): Promise<DirectoryContent> {
    const content = parse(text);
    if (content.right) return content.value;
    if (content.newer) {
      throw new UserError(
        `The user directory ${this.#path} was written by a newer Mailroom. Start that one, or restore the folder from a backup.`,
      );
    }
    const backup = await readText(this.#backup).catch(() => undefined);
    const remedy =
      backup !== undefined && parse(backup).right
        ? `Correct it, or copy ${this.#backup}, the state before the last change, to its name.`
        : 'Correct it, or restore it from a backup.';
    throw new UserError(`The user directory ${this.#path} cannot be used: ${content.problem}. ${remedy}`);
  }
}

type Parsed =
  | { readonly right: true; readonly value: DirectoryContent }
  | { readonly right: false; readonly problem: string; readonly newer: boolean };

function parse(text: string): Parsed {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return { right: false, problem: reason(error), newer: false };
  }
  const checked = schema.safeParse(upgraded(content));
  if (checked.success) return { right: true, value: checked.data };
  const issue = checked.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return { right: false, problem: `${place}${issue?.message}`, newer: isNewer(content) };
}

/** What an older Mailroom wrote, as this one has it: version 1 knew no groups. The next change writes the new form. */
function upgraded(content: unknown): unknown {
  const old = z.looseObject({ version: z.literal(1) }).safeParse(content);
  return old.success ? { ...old.data, version: formatVersion, groups: [] satisfies GroupRecord[] } : content;
}

function isNewer(content: unknown): boolean {
  const version = z.looseObject({ version: z.number() }).safeParse(content);
  return version.success && version.data.version > formatVersion;
}

function allDiffer(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
