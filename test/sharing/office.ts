import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Logger } from '../../core/base/logger.ts';
import { silentLogger } from '../../core/base/logger.ts';
import type { MailAccount, MailLease, MailStore, QuotaLimits, SelectedMailbox } from '../../core/mail/ports.ts';
import { rightsFromText } from '../../core/mail/rights.ts';
import type { Group, People, Person, SharedMail } from '../../core/sharing/ports.ts';
import { openSharedMail } from '../../core/sharing/shared-mail.ts';
import { openTestStore, temporaryFolder } from '../../core/store/testing/test-store.ts';

/** Users and groups that change on demand; names in any case. */
export class TestPeople implements People {
  readonly users: Person[] = [];
  readonly groups: (Group & { members: string[] })[] = [];
  readonly #listeners = new Set<() => void>();

  list(): readonly Person[] {
    return this.users;
  }

  userNamed(name: string): Person | undefined {
    return this.users.find((user) => user.name.toLowerCase() === name.toLowerCase());
  }

  userById(accountId: string): Person | undefined {
    return this.users.find((user) => user.accountId === accountId);
  }

  groupNamed(name: string): Group | undefined {
    return this.groups.find((group) => group.name.toLowerCase() === name.toLowerCase());
  }

  groupById(id: string): Group | undefined {
    return this.groups.find((group) => group.id === id);
  }

  groupsOf(accountId: string): readonly string[] {
    return this.groups.filter(({ members }) => members.includes(accountId)).map(({ id }) => id);
  }

  onPeople(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(...names: string[]): void {
    for (const name of names) this.users.push({ name, accountId: idOf(name) });
    this.#tell();
  }

  rename(name: string, newName: string): void {
    const at = this.users.findIndex((user) => user.name === name);
    this.users[at] = { ...this.users[at]!, name: newName };
    this.#tell();
  }

  remove(name: string): void {
    this.users.splice(
      this.users.findIndex((user) => user.name === name),
      1,
    );
    this.#tell();
  }

  group(name: string, ...members: string[]): void {
    const known = this.groups.find((group) => group.name === name);
    if (known) known.members = members.map(idOf);
    else this.groups.push({ id: `g-${name.toLowerCase()}`, name, members: members.map(idOf) });
    this.#tell();
  }

  removeGroup(name: string): void {
    this.groups.splice(
      this.groups.findIndex((group) => group.name === name),
      1,
    );
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The account id of a test user: that of the name he began with. */
export const idOf = (name: string) => `account0${name.toLowerCase()}`;

/** What is logged as gone wrong. */
class LoudLogger implements Logger {
  readonly problems: string[] = [];
  debug() {}
  info() {}
  warn(_fields: object, message: string) {
    this.problems.push(message);
  }
  error(_fields: object, message: string) {
    this.problems.push(message);
  }
}

/** A real store with everybody's mail on it, as the server has them. */
export class Office {
  readonly people = new TestPeople();
  readonly options = { fakeInaccessibleMailboxes: false, keepDateAndFlagsOnCopy: true };
  readonly logger = new LoudLogger();
  readonly limits = new Map<string, QuotaLimits>();
  /** The ids of the accounts that the store was asked for, in order. */
  readonly asked: string[] = [];
  readonly folder: string;
  store!: MailStore;
  shared!: SharedMail;

  private constructor(folder: string, users: readonly string[]) {
    this.folder = folder;
    this.people.add(...users);
  }

  static async open(...users: string[]): Promise<Office> {
    const folder = temporaryFolder();
    const office = new Office(folder.path, users);
    mkdirSync(join(folder.path, 'data'));
    await office.start();
    onTestFinished(async () => {
      await office.stop();
      folder.remove();
    });
    return office;
  }

  get file(): string {
    return join(this.folder, 'data', 'sharing.json');
  }

  async start(): Promise<void> {
    const quotaOf = (id: string) => this.limits.get(id) ?? { octets: undefined, messages: undefined };
    const store = await openTestStore(join(this.folder, 'mail'), { quotaOf });
    this.asked.length = 0;
    this.store = {
      account: (id, kind) => {
        this.asked.push(id);
        return store.account(id, kind);
      },
      hold: (id) => store.hold(id),
      deleteAccount: (id) => store.deleteAccount(id),
      close: () => store.close(),
    };
    const { people, options, logger, file } = this;
    try {
      this.shared = await openSharedMail({ store: this.store, people, options, file, quotaOf, logger });
    } catch (problem) {
      await store.close();
      throw problem;
    }
  }

  async stop(): Promise<void> {
    await this.shared.close();
    await this.store.close();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async restartWith(content: string): Promise<void> {
    await this.stop();
    writeFileSync(this.file, content);
    await this.start();
  }

  async mail(name: string): Promise<MailAccount> {
    return (await this.lease(name)).account;
  }

  /** Their mail, to be released. */
  lease(name: string): Promise<MailLease> {
    const { accountId } = this.people.userNamed(name)!;
    return this.shared.accountOf({ name, accountId });
  }

  /** SETACL by the owner. */
  async share(owner: string, mailbox: string, identifier: string, letters: string): Promise<void> {
    const mail = await this.mail(owner);
    await mail.setAcl(mailbox, identifier, { mode: 'replace', rights: rights(letters) });
  }
}

export const rights = (letters: string) => rightsFromText(letters)!;
export const letters = (given: Iterable<string>) => [...given].sort().join('');
export const names = (mail: MailAccount) => mail.mailboxes().map(({ name }) => name);
/** The names that are not the user's own. */
export const others = (mail: MailAccount) => names(mail).filter((name) => name.startsWith('#'));

export function openMailbox(mail: MailAccount, name: string, onChange = () => {}): Promise<SelectedMailbox> {
  return mail.select(name, { readOnly: false, onChange });
}

export function uidsOf({ state }: SelectedMailbox): number[] {
  return Array.from(state.columns.uid.subarray(0, state.count));
}

export function flagsOf({ state }: SelectedMailbox): string[] {
  return Array.from(state.columns.flagSet.subarray(0, state.count), (id) => state.flagSets.text(id));
}

/** How a call was refused: `NOPERM`; undefined when it was not. */
export async function refusal(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (problem) {
    return (problem as { code?: string }).code ?? String(problem);
  }
}

export { silentLogger };
