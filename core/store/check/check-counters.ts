import type { AccountIndex } from '../index/account-index.ts';
import type { MailboxRow } from '../index/mailbox-table.ts';
import { type ListedMessage, listMessages } from './messages.ts';
import type { Problem } from './problem.ts';

/** What clients rely on across sessions: UIDs are given once, mod-sequences rise, flags are known. */
export function checkCounters(index: AccountIndex): Problem[] {
  const mailboxes = index.mailboxes.all();
  const messages = Map.groupBy(listMessages(index), (message) => message.mailbox.id);
  const known = new Set(mailboxes.map((row) => row.id));
  return [
    ...mailboxes.flatMap((row) => checkMailbox(index, row, messages.get(row.id) ?? [])),
    ...checkUidValidity(index, mailboxes),
    ...checkFlagChanges(index, known),
    ...checkFlagSets(index),
    ...[...messages].filter(([id]) => !known.has(id)).map(([id, some]) => orphans(index, id, some)),
  ];
}

function checkMailbox(index: AccountIndex, row: MailboxRow, messages: readonly ListedMessage[]): Problem[] {
  let { uidNext, highestModseq } = row;
  const problems: Problem[] = [];
  for (const message of messages) {
    uidNext = Math.max(uidNext, message.uid + 1);
    highestModseq = Math.max(highestModseq, message.modseq);
    if (message.flagSet >= index.flagSets.count) problems.push(unknownFlags(index, row, message));
  }
  for (const { modseq } of index.flagChanges.of(row.id)) highestModseq = Math.max(highestModseq, modseq);
  if (uidNext !== row.uidNext || highestModseq !== row.highestModseq) {
    problems.push({
      what: `${row.name} has messages beyond its counters`,
      remedy: `UIDNEXT becomes ${uidNext}, HIGHESTMODSEQ ${highestModseq}`,
      repair: () => index.mailboxes.advance(row.id, { uidNext, highestModseq }, 0),
    });
  }
  return problems;
}

function unknownFlags(index: AccountIndex, { id, name, highestModseq }: MailboxRow, { uid }: ListedMessage): Problem {
  return {
    what: `Message ${uid} of ${name} has flags that are not in the index`,
    remedy: 'it gets none',
    repair() {
      index.messages.setFlags(id, { kind: 'list', uids: [uid], count: 1 }, 0, highestModseq);
    },
  };
}

/** What no client may be told came in before everything that brings flags in was checked. */
function checkFlagSets({ flagSets }: AccountIndex): Problem[] {
  return flagSets.unstorable().map(({ id, flag }) => ({
    what: `The keyword ${JSON.stringify(flag.slice(0, 100))} is none that IMAP allows`,
    remedy: 'it is taken off its messages; nobody is shown it meanwhile',
    repair: () => flagSets.rewrite(id),
  }));
}

/** A bulk change of flags that waits to be written to its messages: there must be such a mailbox, and such flags. */
function checkFlagChanges(index: AccountIndex, mailboxes: ReadonlySet<number>): Problem[] {
  return index.flagChanges
    .all()
    .filter(({ mailbox, flagSet }) => !mailboxes.has(mailbox) || flagSet >= index.flagSets.count)
    .map(({ id }) => ({
      what: 'A change of flags names a mailbox or flags that are not in the index',
      remedy: 'it is dropped: the messages keep the flags they had before',
      repair: () => index.flagChanges.delete(id),
    }));
}

/** The next mailbox must get a UIDVALIDITY above all others. RFC 9051 2.3.1.1 */
function checkUidValidity(index: AccountIndex, mailboxes: readonly MailboxRow[]): Problem[] {
  const highest = Math.max(0, ...mailboxes.map((row) => row.uidValidity));
  if ((index.facts.get('uidValidity') ?? 0) >= highest) return [];
  return [
    {
      what: 'The UIDVALIDITY last given is not noted',
      remedy: `it is noted as ${highest}`,
      repair: () => index.facts.set('uidValidity', highest),
    },
  ];
}

/** Messages of a mailbox that is not there: their blobs stay, so what follows finds them as mail that is nowhere. */
function orphans(index: AccountIndex, mailbox: number, messages: readonly ListedMessage[]): Problem {
  return {
    what: `${messages.length} messages belong to a mailbox that is not there`,
    remedy: 'they are put into the mailbox Recovered',
    repair() {
      for (const { blob } of messages) index.blobs.delete(blob);
      for (const piece of index.messages.pieces(mailbox)) index.deleteMessages(mailbox, piece);
    },
  };
}
