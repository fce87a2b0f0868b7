import { Slice } from '../../base/slices.ts';
import type { FlagChange, FlagSetId } from '../../mail/flags.ts';
import type { FlagRights, FlagsStored, StoreFlagsOptions } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import { uidPieces } from '../index/uid-pieces.ts';
import type { FlaggedRows, LiveMailbox } from '../mailboxes/live-mailbox.ts';
import type { ViewedMailbox } from '../mailboxes/viewed-mailbox.ts';
import { chosenRows } from './chosen-rows.ts';
import { changedWithin, hasSeen, mayChange } from './permitted-flags.ts';

/** Whose flags of which mailbox are changed: \Seen of the viewer, if there is one, all others for everybody. */
export interface FlagsSubject {
  readonly mailbox: LiveMailbox;
  readonly view: ViewedMailbox | undefined;
}

/** Messages that a viewer has seen, or no longer has. */
interface MarkedRows {
  readonly seen: boolean;
  readonly rows: ArrayLike<number>;
}

const ALL_FLAGS: FlagRights = { seen: true, deleted: true, others: true };

/**
 * STORE. Committed without a flush and visible at once: it concerns messages that are published, so a power cut takes
 * back a flag, never a message.
 */
export function storeFlags(
  core: AccountCore,
  { mailbox, view }: FlagsSubject,
  uids: ArrayLike<number>,
  change: FlagChange,
  { unchangedSince = Number.POSITIVE_INFINITY, may }: StoreFlagsOptions,
): Promise<FlagsStored> {
  return core.committer.quickly<FlagsStored>(async () => {
    const { rows, modified } = unchangedRows(mailbox, view, uids, unchangedSince);
    const shared = view ? { ...(may ?? ALL_FLAGS), seen: false } : may;
    const changes = changesOf(core, mailbox, rows, change, shared);
    const marks = view && mayChange(may, '\\Seen') ? marksOf(view, rows, change) : undefined;
    if (changes.length === 0 && !marks) return { value: { modseq: undefined, modified } };
    const modseq = mailbox.record.highestModseq + 1;
    const epoch = mailbox.expungeEpoch;
    const { uid } = mailbox.columns;
    await write(core, mailbox, changes, modseq);
    if (view && marks) await writeMarks(core, view, marks, { modseq, uid });
    const { id, uidNext } = mailbox.record;
    core.index.mailboxes.advance(id, { uidNext, highestModseq: modseq }, core.blobIds.settledBelow);
    return {
      value: { modseq, modified },
      committed() {
        mailbox.record.highestModseq = modseq;
        // Only a long STORE gives others the time to publish an EXPUNGE in between.
        const there = (old: ArrayLike<number>) =>
          epoch === mailbox.expungeEpoch ? old : stillThere(mailbox, uid, old);
        if (view && marks) view.marked(there(marks.rows), marks.seen, modseq);
        if (changes.length > 0) {
          const present = changes.map(({ flagSet, rows: old }) => ({ flagSet, rows: there(old) }));
          mailbox.flagged(present, modseq);
        } else {
          // What is his alone is nobody else's news.
          view?.announce();
        }
      },
    };
  });
}

/** The rows of these messages, without those that were changed since; those as UIDs. RFC 7162 3.1.3 */
function unchangedRows(
  mailbox: LiveMailbox,
  view: ViewedMailbox | undefined,
  uids: ArrayLike<number>,
  since: number,
): { readonly rows: Uint32Array; readonly modified: readonly number[] } {
  const rows = chosenRows(mailbox, uids);
  if (since === Number.POSITIVE_INFINITY) return { rows, modified: [] };
  const { modseq, uid } = (view ?? mailbox).columns;
  return {
    rows: rows.filter((row) => modseq[row]! <= since),
    modified: Array.from(
      rows.filter((row) => modseq[row]! > since),
      (row) => uid[row]!,
    ),
  };
}

/** Those of the rows that the change makes different, by their new flag set. */
function changesOf(
  core: AccountCore,
  mailbox: LiveMailbox,
  rows: Uint32Array,
  change: FlagChange,
  may: FlagRights | undefined,
): FlaggedRows[] {
  const newSets = new Map<FlagSetId, FlagSetId>();
  const changes = new Map<FlagSetId, { flagSet: FlagSetId; rows: number[] }>();
  for (const row of rows) {
    const old = mailbox.columns.flagSet[row]!;
    let flagSet = newSets.get(old);
    if (flagSet === undefined) {
      flagSet = changedWithin(core.index.flagSets, old, change, may);
      newSets.set(old, flagSet);
    }
    if (flagSet === old) continue;
    const same = changes.get(flagSet);
    if (same) same.rows.push(row);
    else changes.set(flagSet, { flagSet, rows: [row] });
  }
  return [...changes.values()];
}

/** Those of the rows that the viewer has now seen, or no longer has; undefined when the change makes no difference. */
function marksOf(view: ViewedMailbox, rows: Uint32Array, change: FlagChange): MarkedRows | undefined {
  const named = hasSeen(change.flags);
  if (!named && change.mode !== 'replace') return undefined;
  const seen = named && change.mode !== 'remove';
  const marked = rows.filter((row) => view.hasSeen(row) !== seen);
  return marked.length > 0 ? { seen, rows: marked } : undefined;
}

async function write(core: AccountCore, mailbox: LiveMailbox, changes: FlaggedRows[], modseq: number): Promise<void> {
  const { index, flagSettler } = core;
  const { id } = mailbox.record;
  const slice = new Slice();
  const bulk = flagSettler.takes(changes.reduce((messages, { rows }) => messages + rows.length, 0));
  // All statements are planned first: rows may shift while others have their turn.
  const plan = changes.flatMap(({ flagSet, rows }) =>
    uidPieces(mailbox.columns.uid, rows).map((piece) => ({ flagSet, piece })),
  );
  for (const { flagSet, piece } of plan) {
    if (bulk) index.flagChanges.insert({ mailbox: id, modseq, flagSet, piece });
    else index.messages.setFlags(id, piece, flagSet, modseq);
    await slice.rest();
  }
  if (bulk) flagSettler.soon();
}

async function writeMarks(
  core: AccountCore,
  { mailbox, account }: ViewedMailbox,
  { seen, rows }: MarkedRows,
  { modseq, uid }: { readonly modseq: number; readonly uid: Uint32Array },
): Promise<void> {
  const { viewers } = core.index;
  const { id } = mailbox.record;
  const viewer = viewers.findOrMake(id, account);
  const slice = new Slice();
  for (const piece of uidPieces(uid, rows)) {
    viewers.mark(viewer, id, piece, seen, modseq);
    await slice.rest();
  }
}

function stillThere(mailbox: LiveMailbox, uids: Uint32Array, rows: ArrayLike<number>): number[] {
  return Array.from(rows, (row) => mailbox.rowOf(uids[row]!)).filter((row) => row >= 0);
}
