import type { AdminApi, ArgsOf } from '../../core/admin/contract.ts';
import { exportText } from '../text/transfer.ts';
import { MailboxChoice } from './mailbox-choice.svelte.ts';
import { fileName, pathsIn, renamedAtEnd } from './paths.ts';

type Format = ArgsOf<'mail.export'>['format'];

/** What is exported, how and where to, while it is chosen. */
export class ExportChoice {
  /** None of them: all. */
  readonly what: MailboxChoice;
  format = $state<string>('mbox');
  #place = $state.raw({ path: '', suggested: '' });
  readonly #user: string;
  readonly #canFetch: boolean;

  /** @param canFetch without a place it waits on the server to be fetched */
  constructor(admin: AdminApi, user: string, canFetch: boolean) {
    this.#canFetch = canFetch;
    this.#user = user;
    this.what = new MailboxChoice(admin, user, MailboxChoice.none);
  }

  /** The place as it was chosen or typed; where it ends with the suggested name, it follows the other choices. */
  get place(): string {
    return renamedAtEnd(this.#place.path, this.#place.suggested, this.suggestedName);
  }

  set place(path: string) {
    this.#place = { path, suggested: this.suggestedName };
  }

  /** Everything, and all that is no mbox, goes into a folder. */
  get isFile(): boolean {
    return this.format === 'mbox' && this.what.mailbox !== undefined;
  }

  /** What the place may be called. */
  get suggestedName(): string {
    const { mailbox } = this.what;
    const { everything, mailbox: one } = exportText.suggested;
    const name = mailbox === undefined ? everything(this.#user) : one(this.#user, mailbox);
    return fileName(name) + (this.isFile ? '.mbox' : '');
  }

  /** As the contract has it; undefined until it may be sent. */
  get args(): Omit<ArgsOf<'mail.export'>, 'user'> | undefined {
    const [path] = pathsIn(this.place);
    const { mailbox } = this.what;
    if (path === undefined && !this.#canFetch) return undefined;
    const to = path === undefined ? {} : { path };
    return { format: this.format as Format, ...to, ...(mailbox !== undefined && { mailbox }) };
  }
}
