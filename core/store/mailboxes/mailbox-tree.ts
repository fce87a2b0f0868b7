import { Refused } from '../../base/errors.ts';
import type { MailboxEntry } from '../../mail/ports.ts';
import { compareNames, isBelow } from './mailbox-names.ts';
import type { MailboxRecord } from './mailbox-record.ts';

/** The committed mailboxes of an account by name: what a command about to change something goes by. */
export class MailboxTree {
  readonly #byName = new Map<string, MailboxRecord>();

  constructor(records: Iterable<MailboxRecord>) {
    this.add(records);
  }

  get count(): number {
    return this.#byName.size;
  }

  all(): Iterable<MailboxRecord> {
    return this.#byName.values();
  }

  find(name: string): MailboxRecord | undefined {
    return this.#byName.get(name);
  }

  /** @throws Refused NONEXISTENT. */
  require(name: string): MailboxRecord {
    const record = this.#byName.get(name);
    if (!record) throw new Refused('NONEXISTENT', 'There is no such mailbox');
    return record;
  }

  below(name: string): MailboxRecord[] {
    return [...this.#byName.values()].filter((record) => isBelow(record.name, name));
  }

  add(records: Iterable<MailboxRecord>): void {
    for (const record of records) this.#byName.set(record.name, record);
  }

  remove(record: MailboxRecord): void {
    this.#byName.delete(record.name);
  }

  rename(changes: readonly Renamed[]): void {
    for (const { record } of changes) this.#byName.delete(record.name);
    for (const { record, name } of changes) {
      record.entry = { ...record.entry, name };
      this.#byName.set(name, record);
    }
  }
}

export interface Renamed {
  readonly record: MailboxRecord;
  readonly name: string;
}

/** The published mailboxes: what sessions are shown. Sorted when somebody looks, as 20,000 CREATEs need not sort each. */
export class MailboxList {
  readonly #entries = new Map<number, MailboxEntry>();
  #sorted: readonly MailboxEntry[] | undefined;
  #byName: Map<string, MailboxEntry> | undefined;
  readonly #listeners = new Set<() => void>();

  set(mailbox: number, entry: MailboxEntry): void {
    this.#entries.set(mailbox, entry);
    this.#sorted = this.#byName = undefined;
  }

  delete(mailbox: number): void {
    this.#entries.delete(mailbox);
    this.#sorted = this.#byName = undefined;
  }

  /** Calls `listener` after every change from now on. Returns how to stop that. */
  listen(listener: () => void): () => void {
    // A function of its own: two may pass the same one.
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** To be called when a change is complete. */
  announce(): void {
    for (const listener of this.#listeners) listener();
  }

  sorted(): readonly MailboxEntry[] {
    this.#sorted ??= [...this.#entries.values()].sort((a, b) => compareNames(a.name, b.name));
    return this.#sorted;
  }

  find(name: string): MailboxEntry | undefined {
    this.#byName ??= new Map([...this.#entries.values()].map((entry) => [entry.name, entry]));
    return this.#byName.get(name);
  }
}
