import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Archive, BrokenMessage } from '../../formats/archive.ts';
import { openArchive } from '../../formats/open-archive.ts';
import type { StoredAccount } from '../../mail/ports.ts';
import { type OpenData, withData } from '../data-folder.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { exitCodes } from '../failure.ts';
import { digestsOf, type ImportCounts, Importer } from '../import-messages.ts';
import type { Ending } from '../program.ts';
import { Progress } from '../progress.ts';
import { accountIdOf, mailboxName } from '../stored-messages.ts';
import type { Surroundings, Terminal } from '../surroundings.ts';

interface ImportOptions extends DataOptions {
  readonly skipDuplicates?: true;
}

const MiB = 1024 * 1024;

export function addImportCommand(program: Command, surroundings: Surroundings, ending: Ending): void {
  withDataOption(program.command('import <user> <mailbox> <file...>'), surroundings)
    .description('add mail from mbox files, Maildir folders, .eml files and folders of .eml files')
    .option('--skip-duplicates', 'leave out messages whose very bytes are in the mailbox already')
    .addHelpText('after', helpText)
    .action(async (user: string, mailbox: string, paths: string[], options: ImportOptions) => {
      const archives: Archive[] = [];
      for (const path of paths) archives.push(await openArchive(path)); // a misspelt name must not be found half-way
      const counts = await withData(surroundings, options.data, false, (data) =>
        importAll(data, user, mailboxName(mailbox), archives, options, surroundings.terminal),
      );
      if (counts.broken > 0 && counts.imported + counts.duplicates === 0) ending.exitCode = exitCodes.failed;
    });
}

const helpText = `
A mailbox that is missing is made. Dates are kept (of mbox files those of the "From " lines, of Maildir those of the
files, of .eml files those of Received: or Date:), and flags (Status:, X-Status:, X-Keywords: and X-Mozilla-Status: in
mbox and .eml files, the names in Maildir). Of a folder its own messages are taken, not those of folders inside it.
Messages stay as they are to the octet, but one whose lines all end in LF, as on Unix disks, gets the CRLF of mail.
What is no message is listed and left out; the exit code is 1 when nothing else was there.`;

async function importAll(
  data: OpenData,
  user: string,
  mailbox: string,
  archives: readonly Archive[],
  { skipDuplicates }: ImportOptions,
  terminal: Terminal,
): Promise<ImportCounts> {
  const accountId = accountIdOf(await data.directory(), user);
  const limit = data.settings().get('imap4.general.maxMessageSize') * MiB;
  const account = await (await data.store()).account(accountId);
  await makeMailbox(account, mailbox);
  const known = skipDuplicates ? await digestsOf(account, mailbox) : undefined;
  const importer = new Importer({ account, mailbox, limit, known });
  try {
    for (const archive of archives) await importOne(importer, archive, terminal);
  } finally {
    terminal.out(summary(importer.counts)); // what is in stays in, also when the rest failed
  }
  return importer.counts;
}

async function makeMailbox(account: StoredAccount, mailbox: string): Promise<void> {
  if (account.find(mailbox) !== undefined) return;
  await account.create(mailbox);
  await account.setSubscribed(mailbox, true); // many clients show subscribed mailboxes only
}

async function importOne(importer: Importer, archive: Archive, terminal: Terminal): Promise<void> {
  const broken: BrokenMessage[] = [];
  const progress = new Progress(terminal, archive.path, archive.total);
  try {
    await importer.run(
      archive,
      (done) => progress.step(done),
      (found) => broken.push(found),
    );
  } finally {
    progress.end();
    for (const { where, reason } of broken) terminal.err(`left out: ${basename(archive.path)}: ${where}: ${reason}\n`);
  }
}

function summary({ imported, duplicates, broken, lineEndsChanged }: ImportCounts): string {
  const changed = lineEndsChanged === 0 ? '' : ` (${lineEndsChanged} with LF line ends, now CRLF)`;
  return `imported ${imported}${changed}, skipped duplicates ${duplicates}, broken ${broken}\n`;
}
