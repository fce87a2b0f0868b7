import { basename } from 'node:path';
import type { Archive, BrokenMessage } from '../formats/archive.ts';
import { openArchive } from '../formats/open-archive.ts';
import type { StoredAccount } from '../mail/ports.ts';
import type { DataOptions } from './data-option.ts';
import { digestsOf, type ImportCounts, Importer } from './import-messages.ts';
import { type OpenData, withData } from './open-data.ts';
import { Progress } from './progress.ts';
import { accountIdOf, mailboxName } from './stored-messages.ts';
import type { Surroundings, Terminal } from './surroundings.ts';

export interface ImportOptions extends DataOptions {
  readonly skipDuplicates?: true;
}

const MiB = 1024 * 1024;

/** Adds the mail of the files to a mailbox. @throws UserError */
export async function importMail(
  user: string,
  mailbox: string,
  paths: readonly string[],
  options: ImportOptions,
  surroundings: Surroundings,
): Promise<ImportCounts> {
  const archives: Archive[] = [];
  for (const path of paths) archives.push(await openArchive(path)); // a misspelt name must not be found half-way
  return withData(surroundings, options.data, (data) =>
    importAll(data, user, mailboxName(mailbox), archives, options, surroundings.terminal),
  );
}

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
