import { join, sep } from 'node:path';
import type { UserInfo } from '../../accounts/user.ts';
import { cutAtOctets } from '../../base/cut-at-octets.ts';
import { UserError } from '../../base/errors.ts';
import { downloadLimits } from '../../base/limits.ts';
import { SEPARATOR } from '../../mail/special-use.ts';
import { exportMail, type MailExport } from '../../transfer/export-mailboxes.ts';
import { FileNames } from '../../transfer/file-names.ts';
import { octetsOf } from '../../transfer/stored-messages.ts';
import { AdminFailure } from '../failure.ts';
import type { TransferFiles } from '../files/transfer-files.ts';
import type { JobWatch } from '../job-record.ts';
import type { Jobs } from '../jobs.ts';

/** What an import reads, and what becomes of it. */
export interface GivenFiles {
  readonly paths: readonly string[];
  /** Nothing was begun with them. */
  giveBack(): void;
  /** They are needed no more. */
  remove(): Promise<void>;
  /** Throws; files are called as their sender knows them. */
  rethrow(failure: unknown): never;
}

/** Files of the server's own disk: they stay what and where they are. */
export function ownFiles(paths: readonly string[]): GivenFiles {
  return {
    paths,
    giveBack() {},
    async remove() {},
    rethrow(failure) {
      throw failure;
    },
  };
}

/** Files that were sent. @throws AdminFailure notFound */
export function sentFiles(id: string, files: TransferFiles | undefined): GivenFiles {
  if (files === undefined) throw new AdminFailure('notFound', 'No server runs that files could be sent to', 'source');
  const upload = files.uploads.take(id);
  return {
    ...upload,
    rethrow(failure) {
      if (!(failure instanceof UserError)) throw failure;
      throw new UserError(failure.message.replaceAll(`${upload.folder}${sep}`, ''));
    },
  };
}

/** Begins an export into a folder of its own, from where it is fetched. @returns the job's id @throws AdminFailure */
export async function exportToFetch(
  work: Omit<MailExport, 'path'>,
  owner: UserInfo,
  jobs: Jobs,
  files: TransferFiles | undefined,
): Promise<number> {
  if (files === undefined) throw new AdminFailure('invalid', 'Name a path: no server runs that could send it', 'path');
  const folder = await files.makeFolder(await octetsOf(work.account, work.mailbox, downloadLimits.around));
  const path = join(folder, downloadName(owner.name, work));
  let offered = false;
  const cleanUp = async () => {
    if (!offered) await files.removeFolder(folder);
  };
  const exported = async (watch: JobWatch) => {
    await exportMail({ ...work, path }, watch);
    watch.offer(await files.downloads.add(path, folder, owner.accountId));
    offered = true;
  };
  try {
    return jobs.start('export', owner, exported, cleanUp);
  } catch (failure) {
    await cleanUp();
    throw failure;
  }
}

/** What a file that is fetched is called. */
export function downloadName(user: string, { mailbox, format }: Pick<MailExport, 'mailbox' | 'format'>): string {
  const text = mailbox === undefined ? `Mail of ${user}` : `${user} ${mailbox}`;
  const name = new FileNames().of(cutAtOctets(text.replaceAll(SEPARATOR, '-'), downloadLimits.name));
  return mailbox !== undefined && format === 'mbox' ? `${name}.mbox` : name;
}
