import { Refused } from '../base/errors.ts';
import type { FlagSets } from '../mail/flags.ts';
import type {
  Added,
  MailboxEntry,
  MailboxStatus,
  NewMessage,
  StoredAccount,
  StoredMailbox,
  StoredSelectOptions,
  Usage,
} from '../mail/ports.ts';
import type { SpecialUse } from '../mail/special-use.ts';
import type { AccountCore } from './account-core.ts';
import { createMailbox } from './mailboxes/create-mailbox.ts';
import { deleteMailbox } from './mailboxes/delete-mailbox.ts';
import type { LiveMailbox } from './mailboxes/live-mailbox.ts';
import { countMailbox } from './mailboxes/mailbox-counts.ts';
import { renameMailbox } from './mailboxes/rename-mailbox.ts';
import { setSubscribed } from './mailboxes/subscribe.ts';
import { append } from './messages/append.ts';
import { OpenMailbox } from './open-mailbox.ts';

/** The mail of one user. */
export class Account implements StoredAccount {
  readonly #core: AccountCore;
  /** What STATUS said of a version of a mailbox: clients poll dozens of mailboxes that do not change. */
  readonly #counts = new WeakMap<LiveMailbox, { readonly key: string; readonly status: MailboxStatus }>();

  constructor(core: AccountCore) {
    this.#core = core;
  }

  get flagSets(): FlagSets {
    return this.#core.index.flagSets;
  }

  get usage(): Usage {
    return this.#core.quota.usage;
  }

  onMailboxes(listener: () => void): () => void {
    return this.#core.list.listen(listener);
  }

  mailboxes(): readonly MailboxEntry[] {
    return this.#core.list.sorted();
  }

  find(name: string): MailboxEntry | undefined {
    return this.#core.list.find(name);
  }

  subscriptions(): readonly string[] {
    return [...this.#core.subscriptions];
  }

  async setSubscribed(name: string, subscribed: boolean): Promise<void> {
    return setSubscribed(this.#core, name, subscribed);
  }

  async create(name: string, specialUse: readonly SpecialUse[] = []): Promise<MailboxEntry> {
    return createMailbox(this.#core, { name, specialUse });
  }

  async delete(name: string): Promise<void> {
    return deleteMailbox(this.#core, name);
  }

  async rename(from: string, to: string): Promise<void> {
    return renameMailbox(this.#core, from, to);
  }

  async status(name: string): Promise<MailboxStatus> {
    const mailbox = await this.#join(name);
    try {
      const key = `${mailbox.version} ${mailbox.highestModseq} ${mailbox.record.firstRecent} ${mailbox.uidNext}`;
      const known = this.#counts.get(mailbox);
      if (known?.key === key) return known.status;
      const status = countMailbox(mailbox, this.#core.index.flagSets);
      this.#counts.set(mailbox, { key, status });
      return status;
    } finally {
      this.#core.live.leave(mailbox);
    }
  }

  async select(name: string, options: StoredSelectOptions): Promise<StoredMailbox> {
    return new OpenMailbox(this.#core, await this.#join(name), options);
  }

  async append(name: string, messages: readonly NewMessage[]): Promise<Added> {
    return append(this.#core, name, messages);
  }

  /** The mailbox in memory; to be left again. */
  async #join(name: string): Promise<LiveMailbox> {
    const record = this.#core.tree.require(name);
    const mailbox = await this.#core.live.join(record);
    if (!record.deleted) return mailbox;
    this.#core.live.leave(mailbox);
    throw new Refused('NONEXISTENT', 'The mailbox was deleted meanwhile');
  }
}
