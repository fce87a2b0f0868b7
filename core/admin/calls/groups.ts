import type { GroupInfo } from '../../accounts/group.ts';
import { foldName } from '../../base/fold-name.ts';
import type { AdminDependencies, AdminDirectory } from '../dependencies.ts';
import { AdminFailure, blaming } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';
import { needUser } from './users.ts';

export function groupCalls({
  directory,
  shares,
}: Pick<AdminDependencies, 'directory' | 'shares'>): HandlersOf<'groups'> {
  return {
    'groups.list': () => directory.groups().map(({ name, members }) => ({ name, members })),
    'groups.add': async ({ name, members }) => {
      needFree(directory, name, 'name');
      needMembers(directory, members);
      await blaming('name', () => directory.addGroup(name, members));
    },
    'groups.rename': async ({ name, newName }) => {
      const group = needGroup(directory, name);
      if (foldName(newName) !== foldName(group.name)) needFree(directory, newName, 'newName');
      await blaming('newName', () => directory.renameGroup(group.name, newName));
    },
    'groups.setMembers': async ({ name, members }) => {
      const group = needGroup(directory, name);
      needMembers(directory, members);
      await blaming('members', () => directory.setGroupMembers(group.name, members));
    },
    'groups.remove': async ({ name }) => {
      const group = needGroup(directory, name);
      await blaming('name', () => directory.removeGroup(group.name));
      await shares.forgetGroup(group.id);
    },
  };
}

function needGroup(directory: AdminDirectory, name: string): GroupInfo {
  const group = directory.groupNamed(name);
  if (group === undefined) throw new AdminFailure('notFound', `There is no group ${JSON.stringify(name)}`, 'name');
  return group;
}

function needFree(directory: AdminDirectory, name: string, field: string): void {
  const group = directory.groupNamed(name);
  if (group !== undefined) {
    throw new AdminFailure('conflict', `There is a group ${group.name} already; choose another name`, field);
  }
}

function needMembers(directory: AdminDirectory, members: readonly string[]): void {
  members.forEach((member, at) => {
    needUser(directory, member, `members.${at}`);
  });
}
