import { Slice } from '../../base/slices.ts';
import type { Viewer } from '../../mail/ports.ts';
import type { Committer } from '../commit/committer.ts';
import type { Publication } from '../commit/publication.ts';
import type { AccountIndex } from '../index/account-index.ts';
import type { SeenMarks } from '../index/viewer-table.ts';
import type { LiveMailbox } from './live-mailbox.ts';
import { ViewedMailbox } from './viewed-mailbox.ts';

export interface ViewedMailboxesOptions {
  readonly index: AccountIndex;
  readonly committer: Committer;
  readonly publication: Publication;
}

interface Loaded {
  readonly view: Promise<{ readonly view: ViewedMailbox; readonly loadedAt: number }>;
  users: number;
}

/** The views that others than the owner have of his mailboxes at this moment, one for each of them and each mailbox. */
export class ViewedMailboxes {
  readonly #options: ViewedMailboxesOptions;
  readonly #loaded = new WeakMap<LiveMailbox, Map<string, Loaded>>();

  constructor(options: ViewedMailboxesOptions) {
    this.#options = options;
  }

  /** The caller has joined the mailbox, and leaves it after the view. Every call must be followed by one of `leave`. */
  async join(mailbox: LiveMailbox, { id }: Viewer): Promise<ViewedMailbox> {
    const views = this.#loaded.get(mailbox) ?? new Map<string, Loaded>();
    this.#loaded.set(mailbox, views);
    const loaded = views.get(id) ?? { view: this.#load(mailbox, id), users: 0 };
    views.set(id, loaded);
    loaded.users++;
    try {
      const { view, loadedAt } = await loaded.view;
      // What was read may be committed and not yet durable: it must not be shown before it is.
      await this.#options.publication.reached(loadedAt);
      return view;
    } catch (error) {
      if (this.#release(mailbox, id, loaded)) loaded.view.then(({ view }) => mailbox.removeView(view)).catch(() => {});
      throw error;
    }
  }

  leave(view: ViewedMailbox): void {
    const loaded = this.#loaded.get(view.mailbox)?.get(view.account);
    if (loaded && this.#release(view.mailbox, view.account, loaded)) view.mailbox.removeView(view);
  }

  /** Returns whether nobody uses it any more. */
  #release(mailbox: LiveMailbox, account: string, loaded: Loaded): boolean {
    if (--loaded.users > 0) return false;
    this.#loaded.get(mailbox)?.delete(account);
    return true;
  }

  /** Nobody can commit meanwhile, so the marks are those of one moment; publications are heeded when the view is made. */
  #load(mailbox: LiveMailbox, account: string): Loaded['view'] {
    const { committer, index, publication } = this.#options;
    return committer.alone(async () => {
      const marks = await readMarks(index, mailbox.record.id, account);
      const view = new ViewedMailbox(mailbox, account, marks);
      mailbox.addView(view);
      return { view, loadedAt: publication.committed };
    });
  }
}

async function readMarks(index: AccountIndex, mailbox: number, account: string): Promise<SeenMarks[]> {
  const viewer = index.viewers.find(mailbox, account);
  if (viewer === undefined) return [];
  const slice = new Slice();
  const all: SeenMarks[] = [];
  for (let from = 0; ; ) {
    const marks = index.viewers.load(viewer, from);
    const last = marks.uids.at(-1);
    if (last === undefined) return all;
    all.push(marks);
    from = last + 1;
    await slice.rest();
  }
}
