import { UserError } from '../base/errors.ts';
import { foldName } from '../base/fold-name.ts';
import { directoryLimits } from '../base/limits.ts';
import { type GroupRecord, groupRecordNamed } from './group.ts';
import type { UserQuota, UserRecord } from './user.ts';

/** In whatever case the name is written. @throws UserError */
export function userRecordNamed(users: readonly UserRecord[], name: string): UserRecord {
  const folded = foldName(name);
  const record = users.find((other) => foldName(other.name) === folded);
  if (record === undefined)
    throw new UserError(`There is no user ${JSON.stringify(name)}; \`mailroom user list\` shows all`);
  return record;
}

/** The ids of users by their names, each once. @throws UserError for a name nobody has */
export function accountIds(users: readonly UserRecord[], names: readonly string[]): string[] {
  const ids = [...new Set(names.map((name) => userRecordNamed(users, name).accountId))];
  if (ids.length > directoryLimits.members)
    throw new UserError(`A group has at most ${directoryLimits.members} members; make several groups`);
  return ids;
}

/** @param except the id of the group that may have the name. @throws UserError */
export function needFreeGroupName(groups: readonly GroupRecord[], name: string, except?: string): void {
  const holder = groupRecordNamed(groups, name);
  if (holder !== undefined && holder.id !== except)
    throw new UserError(`There is a group ${holder.name} already; choose another name`);
}

/** @throws UserError */
export function checkQuota({ octets, messages }: UserQuota): { octets: number; messages: number } {
  for (const limit of [octets, messages]) {
    if (!Number.isSafeInteger(limit) || limit < 0)
      throw new UserError('A quota must be a whole number of octets and of messages, where 0 means no limit');
  }
  return { octets, messages };
}
