import { checkName } from '../../accounts/names.ts';
import { checkPassword } from '../../accounts/password.ts';
import type { UserInfo } from '../../accounts/user.ts';
import { foldName } from '../../base/fold-name.ts';
import type { AdminDependencies, AdminDirectory } from '../dependencies.ts';
import { AdminFailure, blaming } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';
import type { Jobs } from '../jobs.ts';
import { removeUser } from './remove-user.ts';
import { userSummaries } from './user-summaries.ts';

export function userCalls(dependencies: AdminDependencies, jobs: Jobs): HandlersOf<'users'> {
  const { directory } = dependencies;
  return {
    'users.list': () => userSummaries(dependencies),
    'users.add': async ({ name, password, quota }) => {
      needFree(directory, name, 'name');
      await blaming('name', () => checkName(name));
      await blaming('password', () => checkPassword(password, name));
      await blaming('name', () => directory.add(name, password));
      if (quota !== undefined) await blaming('quota', () => directory.setQuota(name, quota));
    },
    'users.rename': async ({ name, newName }) => {
      const user = needUser(directory, name);
      if (foldName(newName) !== foldName(user.name)) needFree(directory, newName, 'newName');
      await blaming('newName', () => directory.rename(user.name, newName));
    },
    'users.setPassword': async ({ name, password }) => {
      const user = needUser(directory, name);
      await blaming('password', () => directory.setPassword(user.name, password));
    },
    'users.disable': async ({ name }) => {
      const user = needUser(directory, name);
      await blaming('name', () => directory.disable(user.name));
    },
    'users.enable': async ({ name }) => {
      const user = needUser(directory, name);
      await blaming('name', () => directory.enable(user.name));
    },
    'users.setQuota': async ({ name, quota }) => {
      const user = needUser(directory, name);
      await blaming('quota', () => directory.setQuota(user.name, quota));
    },
    'users.remove': ({ name, mail }) => removeUser(needUser(directory, name), mail, dependencies, jobs),
  };
}

/** @throws AdminFailure notFound */
export function needUser(directory: AdminDirectory, name: string, field = 'name'): UserInfo {
  const user = directory.find(name);
  if (user === undefined) throw new AdminFailure('notFound', `There is no user ${JSON.stringify(name)}`, field);
  return user;
}

function needFree(directory: AdminDirectory, name: string, field: string): void {
  const user = directory.find(name);
  if (user !== undefined) {
    throw new AdminFailure('conflict', `There is a user ${user.name} already; choose another name`, field);
  }
}
