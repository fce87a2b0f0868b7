import { Refused } from '../base/errors.ts';
import type { FlagChange } from '../mail/flags.ts';
import type {
  Copied,
  CopyTarget,
  FlagsStored,
  MailboxState,
  MessageColumns,
  Rows,
  SelectOptions,
  StoredMailbox,
  StoreFlagsOptions,
  UidRange,
} from '../mail/ports.ts';
import type { ContentCriterion } from '../mail/search-criteria.ts';
import type { MessageSummary, SummaryField } from '../mail/summary.ts';
import type { AccountCore } from './account-core.ts';
import type { LiveMailbox } from './mailboxes/live-mailbox.ts';
import type { ViewedMailbox } from './mailboxes/viewed-mailbox.ts';
import { copy, move } from './messages/copy.ts';
import { copyAcross, moveAcross } from './messages/copy-across.ts';
import { expunge } from './messages/expunge.ts';
import { type FlagsSubject, storeFlags } from './messages/store-flags.ts';

/** A session's hold on a mailbox. */
export class OpenMailbox implements StoredMailbox {
  /** Opened with EXAMINE, or by somebody who may change nothing. */
  readonly #examined: boolean;
  readonly #core: AccountCore;
  readonly #mailbox: LiveMailbox;
  readonly #view: ViewedMailbox | undefined;
  readonly #onChange: () => void;
  #closed = false;
  /** The session itself and its commands under way: while there are any, the mailbox stays in memory. */
  #users = 1;
  readonly #done: () => void;

  constructor(core: AccountCore, { mailbox, view }: FlagsSubject, options: SelectOptions) {
    this.#core = core;
    this.#done = core.use();
    this.#mailbox = mailbox;
    this.#view = view;
    this.#examined = options.readOnly;
    // A function of its own: two sessions may pass the same one.
    this.#onChange = () => options.onChange();
    (view ?? mailbox).listen(this.#onChange);
  }

  get readOnly(): boolean {
    return this.#examined || this.unwritable !== undefined;
  }

  get unwritable(): Refused | undefined {
    return this.#core.publication.refusal;
  }

  get state(): MailboxState {
    return this.#view ?? this.#mailbox;
  }

  claimRecent(): UidRange {
    const { record, uidNext } = this.#mailbox;
    const from = Math.min(record.firstRecent, uidNext);
    // RFC 3501 2.3.2: EXAMINE does not take the messages from others.
    if (!this.readOnly && uidNext > from) this.#claim(uidNext);
    return { from, to: uidNext };
  }

  #claim(uidNext: number): void {
    const { record } = this.#mailbox;
    record.firstRecent = uidNext;
    const remembered = this.#core.committer.quickly(async () => {
      this.#core.index.mailboxes.setFirstRecent(record.id, record.firstRecent);
      return { value: undefined };
    });
    // Only a disk that takes no more makes it fail; then the messages are recent once more for the next session.
    remembered.catch((error) => this.#core.logger.warn({ err: error }, 'Could not note which messages are recent'));
  }

  async storeFlags(uids: ArrayLike<number>, change: FlagChange, options: StoreFlagsOptions = {}): Promise<FlagsStored> {
    return this.#staying(() => storeFlags(this.#core, this.#subject, uids, change, options));
  }

  async expunge(uids: ArrayLike<number>): Promise<ArrayLike<number>> {
    return this.#staying(() => expunge(this.#core, this.#mailbox, uids));
  }

  async copy(uids: ArrayLike<number>, target: CopyTarget): Promise<Copied> {
    const to = this.#coreOf(target);
    if (to === this.#core) return copy(to, this.#subject, uids, target);
    return this.#staying(() => copyAcross(this.#core, to, this.#subject, uids, target));
  }

  async move(uids: ArrayLike<number>, target: CopyTarget): Promise<Copied> {
    const to = this.#coreOf(target);
    if (to === this.#core) return this.#staying(() => move(to, this.#subject, uids, target));
    return this.#staying(() => moveAcross(this.#core, to, this.#subject, uids, target));
  }

  async matching(candidates: Rows, criterion: ContentCriterion, gone?: AbortSignal): Promise<Uint32Array> {
    return this.#core.search.matching(candidates, criterion, gone);
  }

  async summaries<Field extends SummaryField>(
    wanted: Rows,
    fields: readonly Field[],
  ): Promise<readonly (Pick<MessageSummary, Field> | undefined)[]> {
    return this.#core.summaries.get(blobsOf(wanted), fields);
  }

  async contents(wanted: Rows, room?: Uint8Array): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#core.reader.contents(blobsOf(wanted), room);
  }

  async range(columns: MessageColumns, row: number, start: number, end: number): Promise<Uint8Array> {
    const bytes = await this.#core.reader.range(columns.blob[row]!, start, end);
    if (!bytes) throw new Refused('EXPUNGEISSUED', 'The message is gone for good');
    return bytes;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    (this.#view ?? this.#mailbox).unlisten(this.#onChange);
    this.#leave();
  }

  /** A command that outlives its session still changes the mailbox that others see, not one that has left the memory. */
  async #staying<T>(work: () => Promise<T>): Promise<T> {
    this.#users++;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    if (--this.#users > 0) return;
    if (this.#view) this.#core.views.leave(this.#view);
    this.#core.live.leave(this.#mailbox);
    this.#done();
  }

  get #subject(): FlagsSubject {
    return { mailbox: this.#mailbox, view: this.#view };
  }

  #coreOf({ account }: CopyTarget): AccountCore {
    return account ? this.#core.cores.of(account) : this.#core;
  }
}

function blobsOf({ columns, rows }: Rows): number[] {
  return Array.from(rows, (row) => columns.blob[row]!);
}
