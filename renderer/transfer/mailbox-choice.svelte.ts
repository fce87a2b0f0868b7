import type { AdminApi } from '../../core/admin/contract.ts';
import { transferText } from '../text/transfer.ts';

/** One of a user's mailboxes, or what the choice that is no mailbox stands for. */
export class MailboxChoice {
  /** No mailbox has an empty name. */
  static readonly none = '';
  /** Of the list. */
  listed: string;
  /** The name of a new one. */
  typed = $state('');
  #names = $state.raw<readonly string[]>([]);
  #problem = $state.raw<string | undefined>(undefined);
  readonly #admin: AdminApi;
  readonly #user: string;

  /** @param first what is chosen at first: a mailbox, or none of them */
  constructor(admin: AdminApi, user: string, first: string) {
    this.#admin = admin;
    this.#user = user;
    this.listed = $state(first);
    // Shown before the list has come: every user has it.
    this.#names = ['INBOX'];
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** Why the list may not be whole. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The mailbox, new or old; undefined while there is none. */
  get mailbox(): string | undefined {
    const name = this.listed === MailboxChoice.none ? this.typed.trim() : this.listed;
    return name === '' ? undefined : name;
  }

  async load(): Promise<void> {
    const reply = await this.#admin.call('shares.mailboxes', { owner: { kind: 'user', name: this.#user } });
    if (reply.ok) this.#names = [...new Set(['INBOX', ...reply.value])];
    this.#problem = reply.ok ? undefined : transferText.mailboxesUnread(reply.error.message);
  }
}
