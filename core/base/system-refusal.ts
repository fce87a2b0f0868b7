/** By Node's name of the error. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: 'run it as the user who owns the files, or correct their permissions',
  EPERM: 'run it as the user who owns the files, or correct their permissions',
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
  if (!(failure instanceof Error) || !('code' in failure) || typeof failure.code !== 'string') return undefined;
  const remedy = remedies[failure.code];
  return remedy === undefined ? undefined : `${failure.message}: ${remedy}`;
}
