import { statSync } from 'node:fs';

/**
 * Root's commands on a data folder act as the user whose it is, so that none of its files becomes root's: the server could
 * not use those any more. Nothing happens for anybody else, and where the folder is root's or missing.
 */
export function actAsOwner(folder: string): void {
  if (process.geteuid?.() !== 0) return;
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner === undefined || owner.uid === 0) return;
  process.setgroups?.([owner.gid]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}
