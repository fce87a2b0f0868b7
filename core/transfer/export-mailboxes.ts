import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { Slice } from '../base/slices.ts';
import type { ArchiveFormat, ArchiveWriter } from '../formats/archive.ts';
import { createArchive } from '../formats/create-archive.ts';
import { ownerOnly } from '../formats/permissions.ts';
import type { StoredAccount, StoredMailbox } from '../mail/ports.ts';
import { FileNames } from './file-names.ts';
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
 * that were finished stay.
 * @throws UserError when something is there already.
 */
export async function exportMail({ account, mailbox, format, path }: MailExport, watch: TransferWatch): Promise<void> {
  const parts = mailbox === undefined ? await allParts(account, format, path) : [{ mailbox, path }];
  let before = 0;
  const totals: number[] = [];
  for (const part of parts) totals.push((await account.status(part.mailbox)).messages);
  for (const total of totals) watch.expect(total);
  for (const [index, part] of parts.entries()) {
    watch.signal.throwIfAborted();
    if (mailbox === undefined) await mkdir(dirname(part.path), { recursive: true, mode: ownerOnly.folder });
    try {
      await exportOne(account, part, format, watch, before);
    } catch (failure) {
      if (mailbox !== undefined || endsExport(failure, watch)) throw failure;
      watch.skipped(part.mailbox, `it could not be written: ${(failure as Error).message}`);
    }
    before += totals[index]!;
    watch.done(before);
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
}

async function allParts(account: StoredAccount, format: ArchiveFormat, path: string): Promise<readonly Part[]> {
  await mkdir(path, { recursive: true, mode: ownerOnly.folder });
  if ((await readdir(path)).length > 0) {
    throw new UserError(`${path} is not empty and nothing in it is overwritten; name another folder`);
  }
  const names = new FileNames();
  const ending = format === 'mbox' ? '.mbox' : '';
  return account.mailboxes().map(({ name }) => ({ mailbox: name, path: join(path, names.of(name) + ending) }));
}

/** @param before how many messages of the whole are behind us */
async function exportOne(
  account: StoredAccount,
  { mailbox, path }: Part,
  format: ArchiveFormat,
  watch: TransferWatch,
  before: number,
): Promise<void> {
  const selected = await account.select(mailbox, { readOnly: true, onChange: () => {} });
  try {
    const writer = await createArchive(path, format);
    try {
      await writeAll(account, selected, writer, watch, before);
      await writer.finish();
    } catch (failure) {
      await writer.abandon();
      throw failure;
    }
  } finally {
    selected.close();
  }
}

async function writeAll(
  account: StoredAccount,
  selected: StoredMailbox,
  writer: ArchiveWriter,
  watch: TransferWatch,
  before: number,
): Promise<void> {
  const slice = new Slice();
  let seen = 0;
  for await (const { bytes, uid, ...rest } of storedMessages(account, selected)) {
    watch.signal.throwIfAborted();
    if (bytes === undefined) {
      watch.skipped(`${selected.state.entry.name}: message with UID ${uid}`, 'its content is gone from the disk');
    } else {
      await writer.write({ bytes, ...rest });
      watch.transferred(1, bytes.length);
    }
    watch.done(before + ++seen);
    await slice.rest();
  }
}
