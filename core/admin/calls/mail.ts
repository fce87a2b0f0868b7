import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { needFileNames } from '../../base/device-names.ts';
import { UserError } from '../../base/errors.ts';
import type { StoredAccount } from '../../mail/ports.ts';
import { exportMail } from '../../transfer/export-mailboxes.ts';
import {
  type ArchiveImport,
  importArchives,
  importMailTree,
  openArchives,
  openMailTrees,
  type TreeImport,
} from '../../transfer/import-archives.ts';
import { mailboxName } from '../../transfer/stored-messages.ts';
import { makeMailbox } from '../../transfer/target-mailbox.ts';
import type { TransferWatch } from '../../transfer/watch.ts';
import type { ArgsOf } from '../contract.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { AdminFailure, blaming } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';
import type { Jobs } from '../jobs.ts';
import { exportToFetch, type GivenFiles, ownFiles, sentFiles } from './sent-files.ts';
import { needUser } from './users.ts';

type Dependencies = Pick<AdminDependencies, 'directory' | 'files' | 'mail' | 'publicAddress' | 'server' | 'settings'>;

const MiB = 1024 * 1024;
/** IMAP's own (RFC 9051 section 2.1, RFC 8314 section 3.2). */
const internetPorts: readonly number[] = [143, 993];

/** Mail that comes and goes as a whole. What can be told at once is refused at once; the rest is a job. */
export function mailCalls(
  dependencies: Dependencies,
  jobs: Jobs,
  platform: NodeJS.Platform = process.platform,
): HandlersOf<'mail'> {
  const { directory, files, mail, publicAddress, server } = dependencies;
  const limit = () => Number(dependencies.settings.get('imap4.general.maxMessageSize')) * MiB;
  return {
    'mail.import': async ({ user, mailbox: name, source, skipDuplicates }) => {
      const owner = needUser(directory, user, 'user');
      const given = source.kind === 'upload' ? sentFiles(source.id, files) : ownFiles(pathsOf(source));
      try {
        const work = await openedFor(name, given);
        const account = await mail.account(owner.accountId);
        if ('mailbox' in work) await makeMailbox(account, work.mailbox);
        const options = { account, limit: limit(), skipDuplicates };
        const run = (watch: TransferWatch) =>
          'mailbox' in work
            ? importArchives({ ...work, ...options }, watch)
            : importMailTree({ ...work, ...options }, watch);
        return { job: jobs.start('import', owner, run, given.remove) };
      } catch (failure) {
        given.giveBack();
        throw failure;
      }
    },
    'mail.importFromServer': async ({ user, under, ...place }, from) => {
      const owner = needUser(directory, user, 'user');
      const address = from === 'elsewhere' ? await publicPlace(place, publicAddress) : undefined;
      if (place.tls === 'none' && place.fingerprint !== undefined) {
        throw new AdminFailure('invalid', 'Without encryption the server shows no certificate', 'fingerprint');
      }
      const account = await mail.account(owner.accountId);
      const below = under === undefined ? undefined : mailboxName(under);
      if (below !== undefined) await makeMailbox(account, below);
      // The IMAP client is loaded by those who need it: most servers never do.
      const { importFromServer } = await import('../../transfer/import-from-server.ts');
      const work = { account, under: below, limit: limit(), address, ...place };
      return { job: jobs.start('importFromServer', owner, (watch) => importFromServer(work, watch)) };
    },
    'mail.export': async ({ user, mailbox: name, format, path }) => {
      const owner = needUser(directory, user, 'user');
      if (path !== undefined) {
        needPath(path, 'path');
        await blaming('path', async () => needFileNames(path, platform));
        await needOutside(path, server.dataFolder);
      }
      const account = await mail.account(owner.accountId);
      const mailbox = name === undefined ? undefined : needMailbox(account, mailboxName(name), user);
      const work = { account, mailbox, format };
      if (path === undefined) return { job: await exportToFetch(work, owner, jobs, files) };
      return { job: jobs.start('export', owner, (watch) => exportMail({ ...work, path }, watch)) };
    },
  };
}

type Opened = Pick<ArchiveImport, 'mailbox' | 'archives'> | Pick<TreeImport, 'tree'>;

/** What an import is to read, opened before it begins. @throws AdminFailure @throws UserError */
function openedFor(mailbox: string | undefined, given: GivenFiles): Promise<Opened> {
  return blaming('source', async () => {
    try {
      if (mailbox === undefined) return { tree: await openMailTrees(given.paths) };
      return { mailbox: mailboxName(mailbox), archives: await openArchives(given.paths) };
    } catch (failure) {
      return given.rethrow(failure);
    }
  });
}

/**
 * Who administers from another computer could have this one connect to what only it reaches, and tell open ports from
 * closed ones: so only to mail servers on the internet.
 */
async function publicPlace(
  { host, port }: Pick<ArgsOf<'mail.importFromServer'>, 'host' | 'port'>,
  publicAddress: Dependencies['publicAddress'],
): Promise<string> {
  const there = 'Do it on the computer that Mailroom runs on';
  if (!internetPorts.includes(port)) {
    throw new AdminFailure('refused', `From another computer only ports 143 and 993 are asked. ${there}`, 'port');
  }
  try {
    return await publicAddress(host);
  } catch (failure) {
    if (!(failure instanceof UserError)) throw failure;
    const text = `From another computer only servers on the internet are asked. ${failure.message}. ${there}`;
    throw new AdminFailure('refused', text, 'host');
  }
}

function pathsOf(source: Exclude<ArgsOf<'mail.import'>['source'], { kind: 'upload' }>): readonly string[] {
  const paths = source.kind === 'path' ? [source.path] : source.paths;
  for (const path of paths) needPath(path, 'source');
  return paths;
}

/** Relative to what, nobody could say: server and caller may have been started anywhere. */
function needPath(path: string, field: string): void {
  if (!isAbsolute(path)) throw new AdminFailure('invalid', `${path} is not a whole path; begin at the root`, field);
}

/** What is in the data folder is the server's own, by whatever links a path leads there. */
async function needOutside(path: string, dataFolder: string): Promise<void> {
  const way = relative(await realPlace(dataFolder), await realPlace(path));
  if (way.startsWith('..') || isAbsolute(way)) return;
  throw new AdminFailure('invalid', `${path} is in the server's data folder; name a place outside it`, 'path');
}

/** Without links, also of what is not there yet. */
async function realPlace(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  return realpath(path).catch(async () => join(await realPlace(parent), basename(path)));
}

function needMailbox(account: StoredAccount, mailbox: string, user: string): string {
  if (account.find(mailbox) !== undefined) return mailbox;
  const names = account.mailboxes().map(({ name }) => name);
  const text = `${user} has no mailbox ${mailbox}; there are: ${names.join(', ')}`;
  throw new AdminFailure('notFound', text.slice(0, 2_000), 'mailbox');
}
