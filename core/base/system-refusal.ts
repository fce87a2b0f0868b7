import { UserError } from './errors.ts';
import { FileHeld } from './patiently.ts';

/** By Node's name of the error. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: 'run it as the user who owns the files, or correct their permissions',
  EPERM: 'run it as the user who owns the files, or correct their permissions',
  EBUSY: 'another program has it open (antivirus, backup, a viewer); close that one or try again',
  EROFS: 'the disk is read-only; name another folder',
  ENOSPC: 'the disk is full; make room and try again',
  EDQUOT: 'the disk quota is used up; make room and try again',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  EEXIST: 'something is there already and nothing is overwritten; name another path',
  ENAMETOOLONG: 'the path is too long; name a shorter one',
  ENOENT: 'a file or folder of this path is missing; check how it is spelled',
  ENOTDIR: 'a folder is needed where a file is; name another path',
  EISDIR: 'a file is needed where a folder is; name another path',
  EIO: 'the disk cannot be read or written here; check the disk',
};

/** What the system refused, with the remedy; undefined when it is nothing that people can mend. */
export function systemRefusal(failure: unknown): string | undefined {
  if (failure instanceof FileHeld) return failure.message;
  if (!(failure instanceof Error) || !('code' in failure) || typeof failure.code !== 'string') return undefined;
  const remedy = remedies[failure.code];
  return remedy === undefined ? undefined : `${failure.message}: ${remedy}`;
}

/**
 * A file that cannot be read, for people.
 * @param what names the file and what it is
 */
export function cannotRead(what: string, error: unknown): UserError {
  return cannot(`${what} cannot be read`, error, '', 'Give this account the right to read it.');
}

/** A file that cannot be written. @param consequence follows the reason, such as `; nothing has changed` */
export function cannotWrite(what: string, error: unknown, consequence = ''): UserError {
  const remedy = 'Make room on the disk or give this account the right to write there.';
  return cannot(`${what} cannot be written`, error, consequence, remedy);
}

function cannot(what: string, error: unknown, consequence: string, remedy: string): UserError {
  const reason = error instanceof Error ? error.message : String(error);
  // These name their own remedy, which is another one: a file cannot be changed when it cannot be read.
  const namesRemedy = error instanceof FileHeld || error instanceof UserError;
  const text = namesRemedy ? `${what}${consequence}: ${reason}` : `${what} (${reason})${consequence}. ${remedy}`;
  return new UserError(text, { cause: error });
}
