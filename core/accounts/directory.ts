import { Low } from 'lowdb';
import type { Clock } from '../base/clock.ts';
import type { FileCalls } from '../base/durable-file.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { type DirectoryContent, DirectoryFile, emptyDirectory } from './directory-file.ts';
import { checkName, foldName } from './names.ts';
import { checkPassword } from './password.ts';
import { credentialRecords, infoOf, type User, type UserInfo, type UserRecord, userOf } from './user.ts';
import { makeCredentials, type PasswordCost, standardCost } from './verifier.ts';

/** Who there is. What a resolved promise has changed survives a power cut; what a rejected one wanted is not in effect. */
export interface Directory {
  /** Sorted by name. */
  list(): readonly UserInfo[];
  /** In whatever case the name is written. */
  find(name: string): User | undefined;
  /** @throws UserError for a name that is taken or wrong, a password that is too weak. */
  add(name: string, password: string): Promise<UserInfo>;
  /** @throws UserError when there is no such user or the password is too weak; so the methods below. */
  setPassword(name: string, password: string): Promise<UserInfo>;
  /** From the next login on the user is told to see the administrator. Sessions are whoever listens' to end. */
  disable(name: string): Promise<UserInfo>;
  enable(name: string): Promise<UserInfo>;
  /** The user's mail stays; the caller decides about it. */
  remove(name: string): Promise<UserInfo>;
  /** `listener` is called after a change is on disk. Returns how to stop that. */
  onChange(listener: (change: DirectoryChange) => void): () => void;
  /** Makes up what SCRAM is told of users there are not. */
  readonly decoySecret: Uint8Array;
}

export interface DirectoryChange {
  readonly kind: 'added' | 'passwordSet' | 'disabled' | 'enabled' | 'removed';
  readonly user: UserInfo;
}

export interface DirectoryDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How dear passwords are; tests are cheaper. */
  readonly cost?: PasswordCost;
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

class FileDirectory implements Directory {
  readonly #database: Low<DirectoryContent>;
  readonly #dependencies: DirectoryDependencies;
  readonly #listeners = new Set<(change: DirectoryChange) => void>();
  /** By folded name; only what is on disk. */
  #users: ReadonlyMap<string, User> = new Map();
  /** Users whose record did not change stay the same object. */
  readonly #made = new WeakMap<UserRecord, User>();
  /** The change under way: each waits for the one before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Low<DirectoryContent>, dependencies: DirectoryDependencies) {
    this.#database = database;
    this.#dependencies = dependencies;
    this.#publish();
  }

  get decoySecret(): Uint8Array {
    return Buffer.from(this.#database.data.decoySecret, 'base64');
  }

  list(): readonly UserInfo[] {
    return [...this.#users.values()].map(infoOf).sort((one, other) => one.name.localeCompare(other.name, 'en'));
  }

  find(name: string): User | undefined {
    return this.#users.get(foldName(name));
  }

  add(name: string, password: string): Promise<UserInfo> {
    return this.#change('added', async (records) => {
      const kept = checkName(name);
      if (this.find(kept) !== undefined)
        throw new UserError(`There is a user ${this.find(kept)?.name} already; choose another name`);
      const record: UserRecord = {
        name: kept,
        accountId: this.#newAccountId(),
        disabled: false,
        createdAt: new Date(this.#dependencies.clock.now()).toISOString(),
        ...(await this.#credentials(kept, password)),
      };
      return { users: [...records, record], changed: record };
    });
  }

  setPassword(name: string, password: string): Promise<UserInfo> {
    return this.#edit('passwordSet', name, (record) => this.#credentials(record.name, password));
  }

  disable(name: string): Promise<UserInfo> {
    return this.#edit('disabled', name, async () => ({ disabled: true }));
  }

  enable(name: string): Promise<UserInfo> {
    return this.#edit('enabled', name, async () => ({ disabled: false }));
  }

  remove(name: string): Promise<UserInfo> {
    return this.#change('removed', async (records) => {
      const record = recordOf(records, name);
      return { users: records.filter((other) => other !== record), changed: record };
    });
  }

  onChange(listener: (change: DirectoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #edit(
    kind: DirectoryChange['kind'],
    name: string,
    edit: (record: UserRecord) => Promise<Partial<UserRecord>>,
  ): Promise<UserInfo> {
    return this.#change(kind, async (records) => {
      const record = recordOf(records, name);
      const changed: UserRecord = { ...record, ...(await edit(record)) };
      return { users: records.map((other) => (other === record ? changed : other)), changed };
    });
  }

  /** One change after another; seen by others only when it is on disk. */
  async #change(kind: DirectoryChange['kind'], step: Step): Promise<UserInfo> {
    const before = this.#last;
    const turn = (async () => {
      await before.catch(() => undefined); // its caller has been told
      const { users, changed } = await step(this.#database.data.users);
      await this.#write(users);
      return infoOf(userOf(changed));
    })();
    this.#last = turn;
    const user = await turn;
    this.#dependencies.logger.info(
      { user: user.name, account: user.accountId, change: kind },
      'user directory changed',
    );
    for (const listener of this.#listeners) listener({ kind, user });
    return user;
  }

  async #write(users: readonly UserRecord[]): Promise<void> {
    const before = this.#database.data;
    this.#database.data = { ...before, users: [...users] };
    try {
      await this.#database.write();
    } catch (error) {
      this.#database.data = before;
      throw error;
    }
    this.#publish();
  }

  #publish(): void {
    this.#users = new Map(this.#database.data.users.map((record) => [foldName(record.name), this.#userOf(record)]));
  }

  #userOf(record: UserRecord): User {
    const user = this.#made.get(record) ?? userOf(record);
    this.#made.set(record, user);
    return user;
  }

  async #credentials(name: string, password: string): Promise<Pick<UserRecord, 'verifier' | 'scram'>> {
    checkPassword(password, name);
    const { cost = standardCost, random } = this.#dependencies;
    const { verifier, scram } = await makeCredentials(password, cost, random);
    return credentialRecords(verifier, scram);
  }

  /** 80 random bits in hexadecimal: safe as a folder name on every file system. */
  #newAccountId(): string {
    return Buffer.from(this.#dependencies.random(10)).toString('hex');
  }
}

type Step = (
  records: readonly UserRecord[],
) => Promise<{ readonly users: readonly UserRecord[]; readonly changed: UserRecord }>;

function recordOf(records: readonly UserRecord[], name: string): UserRecord {
  const folded = foldName(name);
  const record = records.find((other) => foldName(other.name) === folded);
  if (record === undefined)
    throw new UserError(`There is no user ${JSON.stringify(name)}; \`mailroom user list\` shows all`);
  return record;
}
