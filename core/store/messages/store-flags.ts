import { Slice } from '../../base/slices.ts';
import type { FlagChange, FlagSetId } from '../../mail/flags.ts';
import type { FlagsStored } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import { uidPieces } from '../index/uid-pieces.ts';
import type { FlaggedRows, LiveMailbox } from '../mailboxes/live-mailbox.ts';
import { chosenRows } from './chosen-rows.ts';

/**
 * STORE. Committed without a flush and visible at once: it concerns messages that are published, so a power cut takes
 * back a flag, never a message.
 */
export function storeFlags(
  core: AccountCore,
  mailbox: LiveMailbox,
  uids: ArrayLike<number>,
  change: FlagChange,
  unchangedSince = Number.POSITIVE_INFINITY,
): Promise<FlagsStored> {
  return core.committer.quickly<FlagsStored>(async () => {
    const { rows, modified } = unchangedRows(mailbox, uids, unchangedSince);
    const changes = changesOf(core, mailbox, rows, change);
    if (changes.length === 0) return { value: { modseq: undefined, modified } };
    const modseq = mailbox.record.highestModseq + 1;
    const epoch = mailbox.expungeEpoch;
    const { uid } = mailbox.columns;
    await write(core, mailbox, changes, modseq);
    return {
      value: { modseq, modified },
      committed() {
        mailbox.record.highestModseq = modseq;
        // Only a long STORE gives others the time to publish an EXPUNGE in between.
        const there = epoch === mailbox.expungeEpoch ? changes : stillThere(mailbox, uid, changes);
        mailbox.flagged(there, modseq);
      },
    };
  });
}

/** The rows of these messages, without those that were changed since; those as UIDs. RFC 7162 3.1.3 */
function unchangedRows(mailbox: LiveMailbox, uids: ArrayLike<number>, since: number) {
  const rows = chosenRows(mailbox, uids);
  if (since === Number.POSITIVE_INFINITY) return { rows, modified: [] };
  const { modseq, uid } = mailbox.columns;
  return {
    rows: rows.filter((row) => modseq[row]! <= since),
    modified: Array.from(
      rows.filter((row) => modseq[row]! > since),
      (row) => uid[row]!,
    ),
  };
}

/** Those of the rows that the change makes different, by their new flag set. */
function changesOf(core: AccountCore, mailbox: LiveMailbox, rows: Uint32Array, change: FlagChange): FlaggedRows[] {
  const newSets = new Map<FlagSetId, FlagSetId>();
  const changes = new Map<FlagSetId, { flagSet: FlagSetId; rows: number[] }>();
  for (const row of rows) {
    const old = mailbox.columns.flagSet[row]!;
    let flagSet = newSets.get(old);
    if (flagSet === undefined) {
      flagSet = core.index.flagSets.changed(old, change);
      newSets.set(old, flagSet);
    }
    if (flagSet === old) continue;
    const same = changes.get(flagSet);
    if (same) same.rows.push(row);
    else changes.set(flagSet, { flagSet, rows: [row] });
  }
  return [...changes.values()];
}

async function write(core: AccountCore, mailbox: LiveMailbox, changes: FlaggedRows[], modseq: number): Promise<void> {
  const { index, flagSettler } = core;
  const { id, uidNext } = mailbox.record;
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
  index.mailboxes.advance(id, { uidNext, highestModseq: modseq }, core.blobIds.settledBelow);
  if (bulk) flagSettler.soon();
}

function stillThere(mailbox: LiveMailbox, uids: Uint32Array, changes: readonly FlaggedRows[]): FlaggedRows[] {
  return changes.map(({ flagSet, rows }) => ({
    flagSet,
    rows: Array.from(rows, (row) => mailbox.rowOf(uids[row]!)).filter((row) => row >= 0),
  }));
}
