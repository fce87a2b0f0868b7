import { Low } from 'lowdb';
import { DamagedFile, type DamagedFiles } from '../base/damaged-files.ts';
import type { FileCalls } from '../base/durable-file.ts';
import { Refused } from '../base/errors.ts';
import { sharingLimits } from '../base/limits.ts';
import { RIGHTS, rightsFromText } from '../mail/rights.ts';
import { type AccessList, NOT_SHARED, type Subject } from './effective-rights.ts';
import { emptySharing, type SharedMailboxRecord, type SharingContent, SharingFile } from './sharing-file.ts';

/** By account id, then by the mailbox's object id; only lists that have entries. */
type Lists = ReadonlyMap<string, ReadonlyMap<string, AccessList>>;

/** One mailbox's list, before and after a change. */
export interface ListChange {
  readonly owner: string;
  /** Its object id. */
  readonly mailbox: string;
  readonly before: AccessList;
  readonly after: AccessList;
}

/** Called with what a change has changed, before the one who made it goes on. Must not reject. */
export type AfterChange = (changes: readonly ListChange[]) => Promise<void>;

/**
 * All access control lists, in memory and in one file. One file and not one an account: who logs in must be shown all
 * that is shared with him, and finding that out must not open the mail of everybody.
 */
export class AccessLists {
  readonly #database: Low<SharingContent>;
  readonly #listeners = new Set<() => void>();
  #lists: Lists;
  /** Who has entries of a subject, so that a user's view looks at few accounts. */
  #ownersBySubject: ReadonlyMap<Subject, ReadonlySet<string>>;
  /** The change under way: each waits for the one before. */
  #last: Promise<unknown> = Promise.resolve();
  #afterChange: AfterChange | undefined;

  private constructor(database: Low<SharingContent>) {
    this.#database = database;
    this.#lists = listsOf(database.data);
    this.#ownersBySubject = ownersBySubject(this.#lists);
  }

  /**
   * @param damaged takes a file away that cannot be used; then nothing is shared: what it took from whom nobody can tell
   * @throws UserError when the file cannot be used.
   */
  static async open(
    file: string,
    { files, damaged }: { files?: FileCalls; damaged?: DamagedFiles | undefined } = {},
  ): Promise<AccessLists> {
    const adapter = new SharingFile(file, files);
    const database = new Low<SharingContent>(adapter, emptySharing());
    try {
      await database.read();
    } catch (error) {
      if (!(error instanceof DamagedFile) || damaged === undefined) throw error;
      await damaged.setAside([file, adapter.backup], error.problem, NOTHING_SHARED);
    }
    return new AccessLists(database);
  }

  get(owner: string, mailbox: string): AccessList {
    return this.#lists.get(owner)?.get(mailbox) ?? NOT_SHARED;
  }

  /** The lists of an account by object id. */
  of(owner: string): ReadonlyMap<string, AccessList> {
    return this.#lists.get(owner) ?? new Map();
  }

  owners(): string[] {
    return [...this.#lists.keys()];
  }

  /** All that entries name, positive and negative. */
  subjects(): string[] {
    return [...this.#ownersBySubject.keys()];
  }

  /** The accounts with an entry for one of the subjects. */
  ownersNaming(subjects: readonly Subject[]): Set<string> {
    return new Set(subjects.flatMap((subject) => [...(this.#ownersBySubject.get(subject) ?? [])]));
  }

  /** @throws Refused LIMIT when so many more mailboxes of the account cannot be shared. */
  assertRoom(owner: string, more: number): void {
    if (this.of(owner).size + more > sharingLimits.mailboxes) throw tooManyShared();
  }

  /**
   * One change after another: `edit` finds the lists as the change before left them, and what it throws ends the change.
   * Resolves when the new lists survive a power cut and hold for everybody.
   * @param quietly nobody is subscribed to what they see from then on
   * @throws UserError when they cannot be written; then nothing has changed.
   */
  async change<T>(edit: (draft: ListsDraft) => T | Promise<T>, quietly = false): Promise<T> {
    const turn = this.#last.then(() => this.#take(edit));
    this.#last = turn.catch(() => undefined); // its caller has been told
    const { result, changes } = await turn;
    if (!quietly) await this.#afterChange?.(changes);
    return result;
  }

  /** What follows each change that is not made quietly. */
  set afterChange(follow: AfterChange) {
    this.#afterChange = follow;
  }

  async #take<T>(edit: (draft: ListsDraft) => T | Promise<T>): Promise<Taken<T>> {
    const lists = this.#lists;
    const draft = new ListsDraft(lists);
    const result = await edit(draft);
    if (!draft.changed) return { result, changes: [] };
    const before = this.#database.data;
    this.#database.data = { ...before, mailboxes: recordsOf(draft.lists, before.mailboxes) };
    try {
      await this.#database.write();
    } catch (problem) {
      this.#database.data = before;
      throw problem;
    }
    this.#lists = draft.lists;
    this.#ownersBySubject = ownersBySubject(this.#lists);
    for (const listener of this.#listeners) listener();
    return { result, changes: changesBetween(lists, this.#lists) };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#last;
  }
}

const NOTHING_SHARED =
  'Nobody sees mail of others until it is shared again. If the second file, the state before the last change, is whole: stop the server, rename it to sharing.json, and look at what is shared.';

interface Taken<T> {
  readonly result: T;
  readonly changes: readonly ListChange[];
}

/** Lists that were made or replaced; those that are gone give nothing to anybody. */
function changesBetween(before: Lists, after: Lists): ListChange[] {
  const changes: ListChange[] = [];
  for (const [owner, lists] of after) {
    const old = before.get(owner);
    if (old === lists) continue;
    for (const [mailbox, list] of lists) {
      const previous = old?.get(mailbox) ?? NOT_SHARED;
      if (previous !== list) changes.push({ owner, mailbox, before: previous, after: list });
    }
  }
  return changes;
}

/** The lists as a change is about to leave them. */
export class ListsDraft {
  #lists: Lists;
  changed = false;

  constructor(lists: Lists) {
    this.#lists = lists;
  }

  get lists(): Lists {
    return this.#lists;
  }

  get(owner: string, mailbox: string): AccessList {
    return this.#lists.get(owner)?.get(mailbox) ?? NOT_SHARED;
  }

  /**
   * Without entries the mailbox is shared no more.
   * @throws Refused LIMIT.
   */
  set(owner: string, mailbox: string, list: AccessList): void {
    const known = this.#lists.get(owner);
    if (list.size === 0 && !known?.has(mailbox)) return;
    if (list.size > sharingLimits.entries) {
      throw new Refused('LIMIT', `A mailbox can have ${sharingLimits.entries} entries: share it with a group instead`);
    }
    const lists = new Map(known);
    if (list.size === 0) lists.delete(mailbox);
    else lists.set(mailbox, list);
    if (lists.size > sharingLimits.mailboxes) throw tooManyShared();
    this.#replace(owner, lists);
  }

  forgetOwner(owner: string): void {
    if (this.#lists.has(owner)) this.#replace(owner, new Map());
  }

  forgetSubject(subject: Subject): void {
    for (const [owner, lists] of this.#lists) {
      for (const [mailbox, list] of lists) {
        if (!list.has(subject)) continue;
        this.set(owner, mailbox, new Map([...list].filter(([other]) => other !== subject)));
      }
    }
  }

  #replace(owner: string, lists: ReadonlyMap<string, AccessList>): void {
    const all = new Map(this.#lists);
    if (lists.size === 0) all.delete(owner);
    else all.set(owner, lists);
    this.#lists = all;
    this.changed = true;
  }
}

function tooManyShared(): Refused {
  return new Refused('LIMIT', `An account can share ${sharingLimits.mailboxes} mailboxes: stop sharing some first`);
}

function listsOf({ mailboxes }: SharingContent): Lists {
  const lists = new Map<string, Map<string, AccessList>>();
  for (const { account, mailbox, entries } of mailboxes) {
    const list: AccessList = new Map(Object.entries(entries).map(([who, text]) => [who, rightsFromText(text)!]));
    if (list.size === 0) continue;
    const ofAccount = lists.get(account) ?? new Map<string, AccessList>();
    lists.set(account, ofAccount.set(mailbox, list));
  }
  return lists;
}

/** Keys that a later version put beside ours stay. */
function recordsOf(lists: Lists, before: readonly SharedMailboxRecord[]): SharedMailboxRecord[] {
  const known = new Map(before.map((record) => [`${record.account} ${record.mailbox}`, record]));
  return [...lists].flatMap(([account, ofAccount]) =>
    Array.from(ofAccount, ([mailbox, list]) => ({
      ...known.get(`${account} ${mailbox}`),
      account,
      mailbox,
      entries: Object.fromEntries(
        Array.from(list, ([who, rights]) => [who, RIGHTS.filter((right) => rights.has(right)).join('')]),
      ),
    })),
  );
}

function ownersBySubject(lists: Lists): Map<Subject, Set<string>> {
  const owners = new Map<Subject, Set<string>>();
  for (const [owner, ofAccount] of lists) {
    for (const list of ofAccount.values()) {
      for (const subject of list.keys()) owners.set(subject, (owners.get(subject) ?? new Set()).add(owner));
    }
  }
  return owners;
}
