import { basename, resolve } from 'node:path';
import type { Job } from '../admin/contract.ts';
import type { DataOptions } from './data-option.ts';
import { jobDone, needDone } from './job-outcome.ts';
import type { Surroundings } from './surroundings.ts';

export interface ImportOptions extends DataOptions {
  readonly skipDuplicates?: true;
}

/** Adds the mail of the files to a mailbox; undefined: to those called as there. @throws UserError */
export async function importMail(
  user: string,
  mailbox: string | undefined,
  files: readonly string[],
  { data, skipDuplicates }: ImportOptions,
  surroundings: Surroundings,
): Promise<Job> {
  const paths = files.map((file) => resolve(file)); // the server was started elsewhere
  const job = await jobDone(surroundings, data, titleOf(paths), (administration) =>
    administration.call('mail.import', {
      user,
      ...(mailbox === undefined ? {} : { mailbox }),
      source: { kind: 'paths', paths },
      skipDuplicates: skipDuplicates ?? false,
    }),
  );
  surroundings.terminal.out(summary(job)); // what is in stays in, also when the rest failed
  needDone(job);
  return job;
}

function titleOf(paths: readonly string[]): string {
  const [first = '', ...others] = paths.map((path) => basename(path));
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function summary({ transferred, duplicates, leftOut, lineEndsChanged }: Job): string {
  const changed = lineEndsChanged === 0 ? '' : ` (${lineEndsChanged} with LF line ends, now CRLF)`;
  return `imported ${transferred}${changed}, skipped duplicates ${duplicates}, broken ${leftOut}\n`;
}
