import { Low } from 'lowdb';
import type { Clock } from '../base/clock.ts';
import type { FileCalls } from '../base/durable-file.ts';
import { UserError } from '../base/errors.ts';
import { directoryLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { accountIds, checkQuota, needFreeGroupName, userRecordNamed } from './directory-checks.ts';
import { type DirectoryContent, DirectoryFile, emptyDirectory } from './directory-file.ts';
import { DirectoryView } from './directory-view.ts';
import { type GroupInfo, type GroupRecord, groupRecordNamed } from './group.ts';
import { checkName } from './names.ts';
import { checkPassword } from './password.ts';
import { credentialRecords, infoOf, type User, type UserInfo, type UserQuota, type UserRecord } from './user.ts';
import { makeCredentials, type PasswordCost, standardCost } from './verifier.ts';

/** Who there is. What a resolved promise has changed survives a power cut; what a rejected one wanted is not in effect. */
export interface Directory {
  /** Sorted by name. */
  list(): readonly UserInfo[];
  /** In whatever case the name is written. */
  find(name: string): User | undefined;
  /** The same for sharing, and by what stays when a user is renamed. */
  userNamed(name: string): UserInfo | undefined;
  userById(accountId: string): UserInfo | undefined;
  /** @throws UserError for a name that is taken or wrong, a password that is too weak. */
  add(name: string, password: string): Promise<UserInfo>;
  /** @throws UserError when there is no such user or the password is too weak; so the methods below. */
  setPassword(name: string, password: string): Promise<UserInfo>;
  /** Mail, password, groups and whatever is shared with him stay. Running sessions are whoever listens' to end. */
  rename(name: string, newName: string): Promise<UserInfo>;
  /** From the next login on the user is told to see the administrator. Sessions are whoever listens' to end. */
  disable(name: string): Promise<UserInfo>;
  enable(name: string): Promise<UserInfo>;
  /** Undefined: the settings' defaults hold for him. */
  setQuota(name: string, quota: UserQuota | undefined): Promise<UserInfo>;
  /** The user leaves his groups; his mail stays, the caller decides about it. */
  remove(name: string): Promise<UserInfo>;

  /** Sorted by name. */
  groups(): readonly GroupInfo[];
  groupNamed(name: string): GroupInfo | undefined;
  groupById(id: string): GroupInfo | undefined;
  /** The ids of the groups a user is in. */
  groupsOf(accountId: string): readonly string[];
  /** Members are users' names. @throws UserError for a name that is taken or wrong, a member nobody is. */
  addGroup(name: string, members: readonly string[]): Promise<GroupInfo>;
  /** @throws UserError when there is no such group; so the methods below. */
  renameGroup(name: string, newName: string): Promise<GroupInfo>;
  setGroupMembers(name: string, members: readonly string[]): Promise<GroupInfo>;
  removeGroup(name: string): Promise<GroupInfo>;

  /** `listener` is called after a change to a user is on disk. Returns how to stop that; so the others. */
  onChange(listener: (change: DirectoryChange) => void): () => void;
  onGroupChange(listener: (change: GroupChange) => void): () => void;
  /** After either, once for each change. */
  onPeople(listener: () => void): () => void;
  /** Makes up what SCRAM is told of users there are not. */
  readonly decoySecret: Uint8Array;
}

export interface DirectoryChange {
  readonly kind: 'added' | 'passwordSet' | 'renamed' | 'disabled' | 'enabled' | 'quotaSet' | 'removed';
  /** As it is now; as it was last when it is removed. */
  readonly user: UserInfo;
}

export interface GroupChange {
  /** membersSet also when a member was removed or renamed. */
  readonly kind: 'added' | 'renamed' | 'membersSet' | 'removed';
  readonly group: GroupInfo;
}

export interface DirectoryDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How dear passwords are; tests are cheaper. */
  readonly passwordCost?: PasswordCost;
  readonly files?: FileCalls;
}

/**
 * Opens `directory.json`, whose folder exists; without the file there are no users yet. The file is this process's alone.
 * @throws UserError when the file cannot be used.
 */
export async function openDirectory(file: string, dependencies: DirectoryDependencies): Promise<Directory> {
  const empty = emptyDirectory(dependencies.random(32));
  const database = new Low<DirectoryContent>(new DirectoryFile(file, dependencies.files), empty);
  await database.read();
  return new FileDirectory(database, dependencies);
}

/** The part of the file's content that a change replaces. */
type Edit = Partial<Pick<DirectoryContent, 'users' | 'groups'>>;

/** What a change makes of the content, and whom it is about by then (a removed one is looked up in what was before). */
interface Step {
  readonly edit: Edit;
  readonly id: string;
}

class FileDirectory implements Directory {
  readonly #database: Low<DirectoryContent>;
  readonly #dependencies: DirectoryDependencies;
  readonly #userListeners = new Set<(change: DirectoryChange) => void>();
  readonly #groupListeners = new Set<(change: GroupChange) => void>();
  readonly #peopleListeners = new Set<() => void>();
  /** Only what is on disk. */
  #view: DirectoryView;
  /** The change under way: each waits for the one before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Low<DirectoryContent>, dependencies: DirectoryDependencies) {
    this.#database = database;
    this.#dependencies = dependencies;
    this.#view = new DirectoryView(database.data, undefined);
  }

  get decoySecret(): Uint8Array {
    return Buffer.from(this.#database.data.decoySecret, 'base64');
  }

  list(): readonly UserInfo[] {
    return this.#view.users.map(infoOf);
  }

  find(name: string): User | undefined {
    return this.#view.userNamed(name);
  }

  userNamed(name: string): UserInfo | undefined {
    return shown(this.#view.userNamed(name));
  }

  userById(accountId: string): UserInfo | undefined {
    return shown(this.#view.userById(accountId));
  }

  groups(): readonly GroupInfo[] {
    return this.#view.groups;
  }

  groupNamed(name: string): GroupInfo | undefined {
    return this.#view.groupNamed(name);
  }

  groupById(id: string): GroupInfo | undefined {
    return this.#view.groupById(id);
  }

  groupsOf(accountId: string): readonly string[] {
    return this.#view.groupsOf(accountId);
  }

  add(name: string, password: string): Promise<UserInfo> {
    return this.#changeUser('added', async ({ users }) => {
      const kept = checkName(name);
      this.#needFreeUserName(kept);
      const record: UserRecord = {
        name: kept,
        accountId: this.#newId(),
        disabled: false,
        createdAt: new Date(this.#dependencies.clock.now()).toISOString(),
        ...(await this.#credentials(kept, password)),
      };
      return { edit: { users: [...users, record] }, id: record.accountId };
    });
  }

  setPassword(name: string, password: string): Promise<UserInfo> {
    return this.#editUser('passwordSet', name, (record) => this.#credentials(record.name, password));
  }

  rename(name: string, newName: string): Promise<UserInfo> {
    return this.#editUser('renamed', name, async (record) => {
      const kept = checkName(newName);
      this.#needFreeUserName(kept, record.accountId);
      return { name: kept }; // the name is in no key that the password makes (RFC 5802 section 3)
    });
  }

  disable(name: string): Promise<UserInfo> {
    return this.#editUser('disabled', name, async () => ({ disabled: true }));
  }

  enable(name: string): Promise<UserInfo> {
    return this.#editUser('enabled', name, async () => ({ disabled: false }));
  }

  setQuota(name: string, quota: UserQuota | undefined): Promise<UserInfo> {
    return this.#editUser('quotaSet', name, async () => ({ quota: quota && checkQuota(quota) }));
  }

  remove(name: string): Promise<UserInfo> {
    return this.#changeUser('removed', async ({ users, groups }) => {
      const { accountId } = userRecordNamed(users, name);
      const left = groups.map((group) =>
        group.members.includes(accountId)
          ? { ...group, members: group.members.filter((member) => member !== accountId) }
          : group,
      );
      return {
        edit: { users: users.filter((user) => user.accountId !== accountId), groups: left },
        id: accountId,
      };
    });
  }

  addGroup(name: string, members: readonly string[]): Promise<GroupInfo> {
    return this.#changeGroup('added', async ({ users, groups }) => {
      const kept = checkName(name, 'group');
      needFreeGroupName(groups, kept);
      if (groups.length >= directoryLimits.groups)
        throw new UserError(`There are ${groups.length} groups already; remove some first`);
      const record: GroupRecord = { id: this.#newId(), name: kept, members: accountIds(users, members) };
      return { edit: { groups: [...groups, record] }, id: record.id };
    });
  }

  renameGroup(name: string, newName: string): Promise<GroupInfo> {
    return this.#editGroup('renamed', name, ({ groups }, record) => {
      const kept = checkName(newName, 'group');
      needFreeGroupName(groups, kept, record.id);
      return { ...record, name: kept };
    });
  }

  setGroupMembers(name: string, members: readonly string[]): Promise<GroupInfo> {
    return this.#editGroup('membersSet', name, ({ users }, record) => ({
      ...record,
      members: accountIds(users, members),
    }));
  }

  removeGroup(name: string): Promise<GroupInfo> {
    return this.#editGroup('removed', name, () => undefined);
  }

  onChange(listener: (change: DirectoryChange) => void): () => void {
    return listen(this.#userListeners, listener);
  }

  onGroupChange(listener: (change: GroupChange) => void): () => void {
    return listen(this.#groupListeners, listener);
  }

  onPeople(listener: () => void): () => void {
    return listen(this.#peopleListeners, listener);
  }

  #editUser(
    kind: DirectoryChange['kind'],
    name: string,
    edit: (record: UserRecord) => Promise<Partial<UserRecord>>,
  ): Promise<UserInfo> {
    return this.#changeUser(kind, async ({ users }) => {
      const record = userRecordNamed(users, name);
      const changed: UserRecord = { ...record, ...(await edit(record)) };
      return { edit: { users: users.map((other) => (other === record ? changed : other)) }, id: record.accountId };
    });
  }

  /** @param edit gives the record as it is to be, or undefined when it is to go */
  #editGroup(
    kind: GroupChange['kind'],
    name: string,
    edit: (content: DirectoryContent, record: GroupRecord) => GroupRecord | undefined,
  ): Promise<GroupInfo> {
    return this.#changeGroup(kind, async (content) => {
      const record = groupRecordNamed(content.groups, name);
      if (record === undefined)
        throw new UserError(`There is no group ${JSON.stringify(name)}; look at the list of groups`);
      const changed = edit(content, record);
      const groups = content.groups.flatMap((other) => (other !== record ? [other] : changed ? [changed] : []));
      return { edit: { groups }, id: record.id };
    });
  }

  async #changeUser(
    kind: DirectoryChange['kind'],
    step: (content: DirectoryContent) => Promise<Step>,
  ): Promise<UserInfo> {
    const { id, before, after } = await this.#change(step);
    const user = infoOf((after.userById(id) ?? before.userById(id))!);
    this.#dependencies.logger.info({ user: user.name, account: id, change: kind }, 'user directory changed');
    for (const listener of this.#userListeners) listener({ kind, user });
    if (kind === 'removed' || kind === 'renamed') {
      for (const group of before.groupsOf(id)) this.#tellGroup({ kind: 'membersSet', group: after.groupById(group)! });
    }
    this.#tellPeople();
    return user;
  }

  async #changeGroup(
    kind: GroupChange['kind'],
    step: (content: DirectoryContent) => Promise<Step>,
  ): Promise<GroupInfo> {
    const { id, before, after } = await this.#change(step);
    const group = (after.groupById(id) ?? before.groupById(id))!;
    this.#dependencies.logger.info({ group: group.name, id, change: kind }, 'groups changed');
    this.#tellGroup({ kind, group });
    this.#tellPeople();
    return group;
  }

  /** One change after another; seen by others only when it is on disk. */
  #change(
    step: (content: DirectoryContent) => Promise<Step>,
  ): Promise<{ id: string; before: DirectoryView; after: DirectoryView }> {
    const previous = this.#last;
    const turn = (async () => {
      await previous.catch(() => undefined); // its caller has been told
      const before = this.#view;
      const { edit, id } = await step(this.#database.data);
      await this.#write(edit);
      return { id, before, after: this.#view };
    })();
    this.#last = turn;
    return turn;
  }

  async #write(edit: Edit): Promise<void> {
    const before = this.#database.data;
    this.#database.data = { ...before, ...edit };
    try {
      await this.#database.write();
    } catch (error) {
      this.#database.data = before;
      throw error;
    }
    this.#view = new DirectoryView(this.#database.data, this.#view);
  }

  #tellGroup(change: GroupChange): void {
    for (const listener of this.#groupListeners) listener(change);
  }

  #tellPeople(): void {
    for (const listener of this.#peopleListeners) listener();
  }

  #needFreeUserName(name: string, except?: string): void {
    const holder = this.#view.userNamed(name);
    if (holder !== undefined && holder.accountId !== except)
      throw new UserError(`There is a user ${holder.name} already; choose another name`);
  }

  async #credentials(name: string, password: string): Promise<Pick<UserRecord, 'verifier' | 'scram'>> {
    checkPassword(password, name);
    const { passwordCost = standardCost, random } = this.#dependencies;
    const { verifier, scram } = await makeCredentials(password, passwordCost, random);
    return credentialRecords(verifier, scram);
  }

  /** 80 random bits in hexadecimal: safe as a folder name on every file system. */
  #newId(): string {
    return Buffer.from(this.#dependencies.random(10)).toString('hex');
  }
}

function listen<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function shown(user: User | undefined): UserInfo | undefined {
  return user && infoOf(user);
}
