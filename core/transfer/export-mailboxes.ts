import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { UserError } from '../base/errors.ts';
import { closeNew, needOwn } from '../base/own-folder.ts';
import { Slice } from '../base/slices.ts';
import type { ArchiveFormat, ArchiveWriter } from '../formats/archive.ts';
import { createArchive } from '../formats/create-archive.ts';
import { ownerOnly } from '../formats/permissions.ts';
import type { StoredAccount, StoredMailbox } from '../mail/ports.ts';
import { FileNames } from './file-names.ts';
import { type Manifest, writeManifest } from './manifest.ts';
import { storedMessages } from './stored-messages.ts';
import type { TransferWatch } from './watch.ts';

export interface MailExport {
  readonly account: StoredAccount;
  /** Undefined: every mailbox, each in a file or folder of its own below the path. */
  readonly mailbox: string | undefined;
  readonly format: ArchiveFormat;
  readonly path: string;
}

/**
 * Writes mail to files. Nothing is overwritten. When it ends early, the mailbox under way leaves nothing behind; those
 * that were finished stay. When this resolves, each message was written or told of as left out.
 * @throws UserError when something is there already.
 */
export async function exportMail({ account, mailbox, format, path }: MailExport, watch: TransferWatch): Promise<void> {
  const parts = mailbox === undefined ? await allParts(account, format, path, watch) : [{ mailbox, path, messages: 0 }];
  for (const { messages } of parts) watch.expect(messages);
  const run = new Export(account, format, watch);
  for (const part of parts) {
    watch.signal.throwIfAborted();
    try {
      await run.one(part, mailbox === undefined);
    } catch (failure) {
      if (mailbox !== undefined || endsExport(failure, watch)) throw failure;
      run.takeBack(part, `it could not be written: ${(failure as Error).message}`);
    }
  }
}

/** No other mailbox can be written either; else the others must not go without because of one. */
function endsExport(error: unknown, { signal }: TransferWatch): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return signal.aborted || ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].includes(code ?? '');
}

interface Part {
  readonly mailbox: string;
  readonly path: string;
  /** So many are expected in it. */
  readonly messages: number;
}

/**
 * Nothing of the mail is in it yet. A disk without rights, such as a USB stick's, or a folder that was there before and is
 * open, is what the person wanted: they are told.
 */
async function keepFromOthers(path: string, isNew: boolean, watch: TransferWatch): Promise<void> {
  await (isNew ? closeNew(path) : needOwn(path)).catch((failure: Error) => watch.note(failure.message));
}

async function allParts(
  account: StoredAccount,
  format: ArchiveFormat,
  path: string,
  watch: TransferWatch,
): Promise<readonly Part[]> {
  const made = await mkdir(path, { recursive: true, mode: ownerOnly.folder });
  if ((await readdir(path)).length > 0) {
    throw new UserError(`${path} is not empty and nothing in it is overwritten; name another folder`);
  }
  await keepFromOthers(path, made !== undefined, watch);
  const names = new FileNames();
  const ending = format === 'mbox' ? '.mbox' : '';
  const subscribed = new Set(account.subscriptions());
  const entries: Manifest['mailboxes'] = [];
  for (const { name } of account.mailboxes()) {
    const file = (names.of(name) + ending).replaceAll(sep, '/');
    const { messages } = await account.status(name);
    entries.push({ name, path: file, messages, subscribed: subscribed.has(name) });
  }
  await writeManifest(path, entries);
  return entries.map(({ name, path: file, messages }) => ({ mailbox: name, path: join(path, file), messages }));
}

class Export {
  readonly #account: StoredAccount;
  readonly #format: ArchiveFormat;
  readonly #watch: TransferWatch;
  /** Of all mailboxes before. */
  #before = 0;
  /** Of the mailbox under way. */
  #own = { all: 0, written: 0, octets: 0, lost: 0 };

  constructor(account: StoredAccount, format: ArchiveFormat, watch: TransferWatch) {
    this.#account = account;
    this.#format = format;
    this.#watch = watch;
  }

  /** @param below the folders that its path leads through are made */
  async one({ mailbox, path, messages }: Part, below: boolean): Promise<void> {
    this.#own = { all: messages, written: 0, octets: 0, lost: 0 };
    if (below) await mkdir(dirname(path), { recursive: true, mode: ownerOnly.folder });
    const selected = await this.#account.select(mailbox, { readOnly: true, onChange: () => {} });
    this.#own.all = selected.state.count;
    this.#watch.expect(selected.state.count - messages); // others deliver and delete meanwhile
    try {
      const isNew = !existsSync(path);
      const writer = await createArchive(path, this.#format);
      if (!below) await keepFromOthers(this.#format === 'mbox' ? `${path}.part` : path, isNew, this.#watch);
      try {
        await this.#write(selected, writer);
        await writer.finish();
      } catch (failure) {
        await writer.abandon();
        throw failure;
      }
    } finally {
      selected.close();
    }
    this.#behind();
  }

  /** The mailbox under way leaves nothing behind. */
  takeBack({ mailbox }: Part, why: string): void {
    const { all, written, octets, lost } = this.#own;
    this.#watch.transferred(-written, -octets);
    if (all === 0) {
      this.#watch.expect(1); // as one thing that was asked for
      this.#own.all = 1;
    }
    this.#watch.skipped(mailbox, why, this.#own.all - lost);
    this.#behind();
  }

  #behind(): void {
    this.#before += this.#own.all;
    this.#watch.done(this.#before);
  }

  async #write(selected: StoredMailbox, writer: ArchiveWriter): Promise<void> {
    const slice = new Slice();
    for await (const { bytes, uid, ...rest } of storedMessages(this.#account, selected)) {
      this.#watch.signal.throwIfAborted();
      if (bytes === undefined) {
        this.#watch.skipped(
          `${selected.state.entry.name}: message with UID ${uid}`,
          'its content is gone from the disk',
        );
        this.#own.lost++;
      } else {
        await writer.write({ bytes, ...rest });
        this.#watch.transferred(1, bytes.length);
        this.#own.written++;
        this.#own.octets += bytes.length;
      }
      this.#watch.done(this.#before + this.#own.written + this.#own.lost);
      await slice.rest();
    }
  }
}
