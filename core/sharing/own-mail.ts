import { Refused } from '../base/errors.ts';
import type { FlagChange } from '../mail/flags.ts';
import type {
  Added,
  Copied,
  FlagsStored,
  MailAccount,
  MailboxEntry,
  MailboxState,
  MailboxStatus,
  MessageColumns,
  NewMessage,
  QuotaState,
  Rows,
  SelectedMailbox,
  SelectOptions,
  StoredAccount,
  StoredMailbox,
} from '../mail/ports.ts';
import { type AclEntry, ALL_RIGHTS, type GrantableRights, type Rights } from '../mail/rights.ts';
import type { ContentCriterion } from '../mail/search-criteria.ts';
import type { SpecialUse } from '../mail/special-use.ts';
import type { MessageSummary, SummaryField } from '../mail/summary.ts';
import type { SharingOptions } from './ports.ts';

/** A user's own mail, on which he has all rights. */
export class OwnMail implements MailAccount {
  readonly #stored: StoredAccount;
  readonly #options: SharingOptions;

  constructor(stored: StoredAccount, options: SharingOptions) {
    this.#stored = stored;
    this.#options = options;
  }

  get fakesLevels(): boolean {
    return this.#options.fakeInaccessibleMailboxes;
  }

  mailboxes(): readonly MailboxEntry[] {
    return this.#stored.mailboxes();
  }

  find(name: string): MailboxEntry | undefined {
    return this.#stored.find(name);
  }

  subscriptions(): readonly string[] {
    return this.#stored.subscriptions();
  }

  setSubscribed(name: string, subscribed: boolean): Promise<void> {
    return this.#stored.setSubscribed(name, subscribed);
  }

  create(name: string, specialUse?: readonly SpecialUse[]): Promise<MailboxEntry> {
    return this.#stored.create(name, specialUse);
  }

  delete(name: string): Promise<void> {
    return this.#stored.delete(name);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#stored.rename(from, to);
  }

  status(name: string): Promise<MailboxStatus> {
    return this.#stored.status(name);
  }

  async select(name: string, options: SelectOptions): Promise<SelectedMailbox> {
    return new OwnMailbox(await this.#stored.select(name, options), this.#options);
  }

  append(name: string, messages: readonly NewMessage[]): Promise<Added> {
    return this.#stored.append(name, messages);
  }

  myRights(name: string): Rights {
    this.#require(name);
    return ALL_RIGHTS;
  }

  acl(name: string): readonly AclEntry[] {
    this.#require(name);
    return [];
  }

  async setAcl(name: string): Promise<void> {
    this.#require(name);
    throw new Refused('CANNOT', 'Mailboxes are not shared yet');
  }

  listRights(name: string): GrantableRights {
    this.#require(name);
    return { always: ALL_RIGHTS, optional: [] };
  }

  quotaRoots(name: string): readonly string[] {
    this.#require(name);
    return [];
  }

  async quota(): Promise<QuotaState> {
    throw new Refused('NONEXISTENT', 'There is no such quota root');
  }

  #require(name: string): void {
    if (this.find(name) === undefined) throw new Refused('NONEXISTENT', 'There is no mailbox of that name');
  }
}

class OwnMailbox implements SelectedMailbox {
  readonly rights = ALL_RIGHTS;
  readonly state: MailboxState;
  readonly readOnly: boolean;
  readonly #stored: StoredMailbox;
  readonly #options: SharingOptions;

  constructor(stored: StoredMailbox, options: SharingOptions) {
    this.#stored = stored;
    this.#options = options;
    this.state = stored.state;
    this.readOnly = stored.readOnly;
  }

  claimRecent(): number {
    return this.#stored.claimRecent();
  }

  storeFlags(uids: ArrayLike<number>, change: FlagChange, unchangedSince?: number): Promise<FlagsStored> {
    return this.#stored.storeFlags(uids, change, { unchangedSince });
  }

  expunge(uids: ArrayLike<number>): Promise<ArrayLike<number>> {
    return this.#stored.expunge(uids);
  }

  copy(uids: ArrayLike<number>, name: string): Promise<Copied> {
    return this.#stored.copy(uids, { name, keepDateAndFlags: this.#options.keepDateAndFlagsOnCopy });
  }

  move(uids: ArrayLike<number>, name: string): Promise<Copied> {
    return this.#stored.move(uids, { name, keepDateAndFlags: this.#options.keepDateAndFlagsOnCopy });
  }

  matching(candidates: Rows, criterion: ContentCriterion): Promise<Uint32Array> {
    return this.#stored.matching(candidates, criterion);
  }

  summaries<Field extends SummaryField>(
    wanted: Rows,
    fields: readonly Field[],
  ): Promise<readonly (Pick<MessageSummary, Field> | undefined)[]> {
    return this.#stored.summaries(wanted, fields);
  }

  contents(wanted: Rows, room?: Uint8Array): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#stored.contents(wanted, room);
  }

  range(columns: MessageColumns, row: number, start: number, end: number): Promise<Uint8Array> {
    return this.#stored.range(columns, row, start, end);
  }

  close(): void {
    this.#stored.close();
  }
}
