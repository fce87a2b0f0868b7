import { foldName } from '../base/fold-name.ts';
import type { DirectoryContent } from './directory-file.ts';
import type { GroupInfo, GroupRecord } from './group.ts';
import { type User, type UserRecord, userOf } from './user.ts';

/** Users and groups as one state of the file has them, found by name and by id. Never changes. */
export class DirectoryView {
  /** Both sorted by name. */
  readonly users: readonly User[];
  readonly groups: readonly GroupInfo[];
  readonly #usersByName: ReadonlyMap<string, User>;
  readonly #usersById: ReadonlyMap<string, User>;
  readonly #groupsByName: ReadonlyMap<string, GroupInfo>;
  readonly #groupsById: ReadonlyMap<string, GroupInfo>;
  readonly #groupsOf: ReadonlyMap<string, readonly string[]>;
  readonly #made: ReadonlyMap<UserRecord, User>;

  /** @param before the state before: a user whose record did not change stays the same object */
  constructor({ users, groups }: DirectoryContent, before: DirectoryView | undefined) {
    const made = before === undefined ? undefined : before.#made;
    this.#made = new Map(users.map((record) => [record, made?.get(record) ?? userOf(record)]));
    this.users = [...this.#made.values()].sort(byName);
    this.#usersByName = new Map(this.users.map((user) => [foldName(user.name), user]));
    this.#usersById = new Map(this.users.map((user) => [user.accountId, user]));
    this.groups = groups.map((group) => this.#infoOf(group)).sort(byName);
    this.#groupsByName = new Map(this.groups.map((group) => [foldName(group.name), group]));
    this.#groupsById = new Map(this.groups.map((group) => [group.id, group]));
    this.#groupsOf = membership(groups);
  }

  userNamed(name: string): User | undefined {
    return this.#usersByName.get(foldName(name));
  }

  userById(accountId: string): User | undefined {
    return this.#usersById.get(accountId);
  }

  groupNamed(name: string): GroupInfo | undefined {
    return this.#groupsByName.get(foldName(name));
  }

  groupById(id: string): GroupInfo | undefined {
    return this.#groupsById.get(id);
  }

  groupsOf(accountId: string): readonly string[] {
    return this.#groupsOf.get(accountId) ?? [];
  }

  /** An id of nobody, as a hand may have left it in the file, is no member. */
  #infoOf({ id, name, members }: GroupRecord): GroupInfo {
    const users = [...new Set(members)]
      .map((accountId) => this.#usersById.get(accountId))
      .filter((user) => user !== undefined);
    return { id, name, members: users.sort(byName).map((user) => user.name) };
  }
}

function membership(groups: readonly GroupRecord[]): ReadonlyMap<string, readonly string[]> {
  const groupsOf = new Map<string, string[]>();
  for (const { id, members } of groups) {
    for (const accountId of new Set(members)) groupsOf.set(accountId, [...(groupsOf.get(accountId) ?? []), id]);
  }
  return groupsOf;
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name.localeCompare(other.name, 'en');
}
