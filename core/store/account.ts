import { Refused } from '../base/errors.ts';
import type { FlagSets } from '../mail/flags.ts';
import type {
  Added,
  MailboxEntry,
  MailboxState,
  MailboxStatus,
  NewMessage,
  StoredAccount,
  StoredMailbox,
  StoredSelectOptions,
  Usage,
  Viewer,
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
import { forgetViewer } from './messages/forget-viewer.ts';
import { OpenMailbox } from './open-mailbox.ts';

interface Counted {
  readonly key: string;
  readonly status: MailboxStatus;
}

/** The mail of one user. */
export class Account implements StoredAccount {
  readonly #core: AccountCore;
  #closed = false;
  /** What STATUS said of a version of a mailbox: clients poll dozens of mailboxes that do not change. By viewer. */
  #counts = new WeakMap<LiveMailbox, Map<string | undefined, Counted>>();

  constructor(core: AccountCore) {
    this.#core = core;
  }

  /** No call begins from now on. */
  close(): void {
    this.#closed = true;
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
    return this.#using(() => setSubscribed(this.#core, name, subscribed));
  }

  async create(name: string, specialUse: readonly SpecialUse[] = []): Promise<MailboxEntry> {
    return this.#using(() => createMailbox(this.#core, { name, specialUse }));
  }

  async delete(name: string): Promise<void> {
    return this.#using(() => deleteMailbox(this.#core, name));
  }

  async rename(from: string, to: string): Promise<void> {
    return this.#using(() => renameMailbox(this.#core, from, to));
  }

  async status(name: string, viewer?: Viewer): Promise<MailboxStatus> {
    return this.#using(() => this.#status(name, viewer));
  }

  async #status(name: string, viewer: Viewer | undefined): Promise<MailboxStatus> {
    const mailbox = await this.#join(name);
    try {
      // What a viewer marks takes a modseq of the mailbox, too.
      const key = `${mailbox.version} ${mailbox.highestModseq} ${mailbox.record.firstRecent} ${mailbox.uidNext}`;
      const counts = this.#counts.get(mailbox) ?? new Map<string | undefined, Counted>();
      this.#counts.set(mailbox, counts);
      const known = counts.get(viewer?.id);
      if (known?.key === key) return known.status;
      const status = viewer ? await this.#countFor(mailbox, viewer) : this.#count(mailbox, mailbox);
      counts.set(viewer?.id, { key, status });
      return status;
    } finally {
      this.#core.live.leave(mailbox);
    }
  }

  async #countFor(mailbox: LiveMailbox, viewer: Viewer): Promise<MailboxStatus> {
    const view = await this.#core.views.join(mailbox, viewer);
    try {
      return this.#count(mailbox, view);
    } finally {
      this.#core.views.leave(view);
    }
  }

  #count({ record }: LiveMailbox, state: MailboxState): MailboxStatus {
    return countMailbox(state, record.firstRecent, this.#core.index.flagSets);
  }

  async select(name: string, options: StoredSelectOptions): Promise<StoredMailbox> {
    return this.#using(() => this.#select(name, options));
  }

  async #select(name: string, options: StoredSelectOptions): Promise<StoredMailbox> {
    const mailbox = await this.#join(name);
    try {
      const view = options.viewer && (await this.#core.views.join(mailbox, options.viewer));
      return new OpenMailbox(this.#core, { mailbox, view }, options);
    } catch (error) {
      this.#core.live.leave(mailbox);
      throw error;
    }
  }

  async append(name: string, messages: readonly NewMessage[], viewer?: Viewer): Promise<Added> {
    return this.#using(() => append(this.#core, name, messages, viewer));
  }

  async forgetViewer(viewerId: string): Promise<void> {
    await this.#using(() => forgetViewer(this.#core, viewerId));
    this.#counts = new WeakMap();
  }

  /** The account stays open while a call is under way. */
  async #using<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Refused('UNAVAILABLE', 'This mail was closed meanwhile; try again');
    const done = this.#core.use();
    try {
      return await work();
    } finally {
      done();
    }
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
