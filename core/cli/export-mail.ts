import { basename, resolve } from 'node:path';
import type { ArchiveFormat } from '../formats/archive.ts';
import { jobDone, needDone } from './job-outcome.ts';
import type { Surroundings } from './surroundings.ts';

export { guessFormat } from '../formats/create-archive.ts';

export interface Export {
  readonly user: string;
  /** Undefined: all of them. */
  readonly mailbox: string | undefined;
  /** The file or folder that is made. */
  readonly target: string;
  readonly format: ArchiveFormat;
}

/** Writes the mail of a mailbox. @returns how many messages could not be read. @throws UserError */
export async function exportMail(
  { user, mailbox, target, format }: Export,
  folder: string,
  surroundings: Surroundings,
): Promise<number> {
  const path = resolve(target); // the server was started elsewhere
  const job = await jobDone(surroundings, folder, basename(path), (administration) =>
    administration.call('mail.export', { user, ...(mailbox === undefined ? {} : { mailbox }), format, path }),
  );
  needDone(job);
  surroundings.terminal.out(`exported ${job.transferred}, unreadable ${job.leftOut}\n`);
  return job.leftOut;
}
