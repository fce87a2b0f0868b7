import { UserError } from '../base/errors.ts';
import type { ArchiveFormat, ArchiveWriter } from '../formats/archive.ts';
import { createArchive } from '../formats/create-archive.ts';
import type { StoredAccount } from '../mail/ports.ts';
import { type OpenData, withData } from './open-data.ts';
import { Progress } from './progress.ts';
import { accountIdOf, mailboxName, storedMessages } from './stored-messages.ts';
import type { Surroundings, Terminal } from './surroundings.ts';

export { guessFormat } from '../formats/create-archive.ts';

export interface Export {
  readonly user: string;
  readonly mailbox: string;
  /** The file or folder that is made. */
  readonly target: string;
  readonly format: ArchiveFormat;
}

/** Writes the mail of a mailbox. @returns how many messages could not be read. @throws UserError */
export function exportMail(
  { user, mailbox, target, format }: Export,
  folder: string,
  surroundings: Surroundings,
): Promise<number> {
  return withData(surroundings, folder, async (data) => {
    const account = await accountOf(data, user);
    needMailbox(account, mailboxName(mailbox), user);
    const writer = await createArchive(target, format);
    return exportAll(account, mailboxName(mailbox), writer, target, surroundings.terminal);
  });
}

async function accountOf(data: OpenData, user: string): Promise<StoredAccount> {
  const accountId = accountIdOf(await data.directory(), user);
  return (await data.store()).account(accountId);
}

function needMailbox(account: StoredAccount, mailbox: string, user: string): void {
  if (account.find(mailbox) !== undefined) return;
  const names = account.mailboxes().map(({ name }) => name);
  throw new UserError(`${user} has no mailbox ${mailbox}; there are: ${names.join(', ')}`);
}

/** @returns how many messages could not be read. */
async function exportAll(
  account: StoredAccount,
  mailbox: string,
  writer: ArchiveWriter,
  target: string,
  terminal: Terminal,
): Promise<number> {
  const lost: number[] = [];
  let seen = 0;
  try {
    const selected = await account.select(mailbox, { readOnly: true, onChange: () => {} });
    const progress = new Progress(terminal, target, selected.state.count);
    try {
      for await (const { bytes, uid, ...rest } of storedMessages(account, selected)) {
        if (bytes === undefined) lost.push(uid);
        else await writer.write({ bytes, ...rest });
        progress.step(++seen);
      }
    } finally {
      progress.end();
      selected.close();
    }
    await writer.finish();
  } catch (failure) {
    await writer.abandon();
    throw failure;
  }
  tellOutcome(seen - lost.length, lost, writer, terminal);
  return lost.length;
}

function tellOutcome(exported: number, lost: readonly number[], writer: ArchiveWriter, terminal: Terminal): void {
  for (const uid of lost)
    terminal.err(`left out: message with UID ${uid}: its content is gone; see "mailroom check"\n`);
  const flags = [...writer.flagsLost].join(' ');
  if (flags !== '') terminal.err(`${writer.format} has no place for these keywords, they are left out: ${flags}\n`);
  terminal.out(`exported ${exported}, unreadable ${lost.length}\n`);
}
