import { Slice } from '../../base/slices.ts';
import type { Usage } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import type { MailboxCounters } from '../index/mailbox-table.ts';
import type { MailboxRecord } from '../mailboxes/mailbox-record.ts';

/** What is counted beside the messages and does not fit them. */
interface WrongCounts {
  /** With the counters that their messages need at least. */
  readonly mailboxes: ReadonlyMap<MailboxRecord, MailboxCounters>;
  /** What the quota counts too little; negative: too much. */
  readonly usage: Usage;
}

type Counted = Pick<AccountCore, 'index' | 'committer' | 'tree' | 'live' | 'quota' | 'blobIds' | 'logger'>;

/**
 * Compares what is counted beside the messages (UIDNEXT, HIGHESTMODSEQ, what the quota counts) with the messages, and puts it right: a
 * UIDNEXT that is too low has every delivery refused, and a wrong usage refuses mail for which there is room. Looks at every
 * message, in slices; who changes something waits meanwhile.
 */
export async function mendCounts(core: Counted): Promise<void> {
  const wrong = await core.committer.alone(() => findWrong(core));
  const { mailboxes, usage } = wrong;
  if (mailboxes.size === 0 && usage.messages === 0 && usage.octets === 0) return;
  await core.committer.durably(() => correction(core, wrong));
  const counters = Object.fromEntries(Array.from(mailboxes, ([{ name }, counted]) => [name, counted]));
  core.logger.warn(
    { file: core.index.database.path, counters, usage },
    'What is counted beside the messages did not fit them; it was put right',
  );
}

async function findWrong({ index, tree, quota }: Counted): Promise<WrongCounts> {
  const mailboxes = new Map<MailboxRecord, MailboxCounters>();
  const usage = { octets: -quota.usage.octets, messages: -quota.usage.messages };
  const slice = new Slice();
  for (const record of tree.all()) {
    let { uidNext, highestModseq } = record;
    for (const piece of index.messages.pieces(record.id)) {
      const { octets, messages } = index.messages.usage(record.id, [piece]);
      usage.octets += octets;
      usage.messages += messages;
      if (piece.kind === 'range') uidNext = Math.max(uidNext, piece.to + 1);
      highestModseq = Math.max(highestModseq, index.messages.highestModseq(record.id, piece));
      await slice.rest();
    }
    for (const { modseq } of index.flagChanges.of(record.id)) highestModseq = Math.max(highestModseq, modseq);
    if (uidNext !== record.uidNext || highestModseq !== record.highestModseq)
      mailboxes.set(record, { uidNext, highestModseq });
  }
  return { mailboxes, usage };
}

/** Counters only rise, and what was counted too little stays so whatever is added meanwhile. */
function correction({ index, blobIds, quota, live }: Counted, { mailboxes, usage }: WrongCounts) {
  const raised = Array.from(mailboxes, ([record, counted]) => {
    const uidNext = Math.max(record.uidNext, counted.uidNext);
    const highestModseq = Math.max(record.highestModseq, counted.highestModseq);
    if (!record.deleted) index.mailboxes.advance(record.id, { uidNext, highestModseq }, blobIds.settledBelow);
    return { record, after: { uidNext, highestModseq } };
  });
  return {
    value: undefined,
    committed() {
      for (const { record, after } of raised) record.advance(after);
      quota.count(usage);
    },
    publish() {
      for (const { record, after } of raised) {
        record.published();
        const mailbox = live.find(record.id);
        if (mailbox) mailbox.uidNext = Math.max(mailbox.uidNext, after.uidNext);
      }
    },
  };
}
