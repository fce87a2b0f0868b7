import { type Command, Option } from 'commander';
import { UserError } from '../../base/errors.ts';
import { ARCHIVE_FORMATS, type ArchiveFormat, type ArchiveWriter } from '../../formats/archive.ts';
import { createArchive, guessFormat } from '../../formats/create-archive.ts';
import type { StoredAccount } from '../../mail/ports.ts';
import { type OpenData, withData } from '../data-folder.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { exitCodes, UsageError } from '../failure.ts';
import type { Ending } from '../program.ts';
import { Progress } from '../progress.ts';
import { accountIdOf, mailboxName, storedMessages } from '../stored-messages.ts';
import type { Surroundings, Terminal } from '../surroundings.ts';

interface ExportOptions extends DataOptions {
  readonly format?: ArchiveFormat;
}

export function addExportCommand(program: Command, surroundings: Surroundings, ending: Ending): void {
  const format = new Option(
    '--format <format>',
    'mbox, maildir or eml; guessed from the name of the target if left out',
  );
  withDataOption(program.command('export <user> <mailbox> <target>'), surroundings)
    .description('write the mail of a mailbox to an mbox file, a Maildir folder or a folder of .eml files')
    .addOption(format.choices(ARCHIVE_FORMATS))
    .addHelpText('after', helpText)
    .action(async (user: string, mailbox: string, target: string, options: ExportOptions) => {
      const chosen = options.format ?? guessFormat(target);
      if (chosen === undefined) {
        throw new UsageError(`${target} does not tell the format: add --format mbox, --format maildir or --format eml`);
      }
      const unreadable = await withData(surroundings, options.data, false, async (data) => {
        const account = await accountOf(data, user);
        needMailbox(account, mailboxName(mailbox), user);
        const writer = await createArchive(target, chosen);
        return exportAll(account, mailboxName(mailbox), writer, target, surroundings.terminal);
      });
      if (unreadable > 0) ending.exitCode = exitCodes.failed;
    });
}

const helpText = `
Nothing is ever overwritten. "mailroom import" reads every format back with the same bytes, dates and flags; Maildir
has room for 26 keywords, .eml files for none. An mbox file keeps the flags in lines that are put before each message
and taken out again by the import: X-Mailroom-Export:, Status:, X-Status:, X-Keywords:.`;

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
