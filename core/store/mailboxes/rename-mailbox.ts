import { Refused } from '../../base/errors.ts';
import { Slice } from '../../base/slices.ts';
import type { AccountCore } from '../account-core.ts';
import type { Change } from '../commit/committer.ts';
import { settleFlags } from '../messages/settle-flags.ts';
import { added, assertNoSecondInbox, assertRoomFor, insertMailboxes } from './create-mailbox.ts';
import { assertValidName, INBOX, isBelow, superiorNames } from './mailbox-names.ts';
import type { MailboxRecord } from './mailbox-record.ts';

/** RENAME (RFC 9051 section 6.3.6). */
export function renameMailbox(core: AccountCore, from: string, to: string): Promise<void> {
  assertValidName(to);
  return core.committer.durablyInSlices(async () => {
    const record = core.tree.require(from);
    assertNoSecondInbox(core, to);
    if (core.tree.find(to)) throw new Refused('ALREADYEXISTS', 'There is a mailbox of that name already');
    return from === INBOX ? moveInbox(core, record, to) : rename(core, record, to);
  });
}

/** The mailbox and all below it change their names; ids, UIDs and UIDVALIDITY stay. */
function rename(core: AccountCore, mailbox: MailboxRecord, to: string): Change<void> {
  const from = mailbox.name;
  if (isBelow(to, from)) throw new Refused('CANNOT', 'A mailbox cannot move below itself');
  const renamed = [mailbox, ...core.tree.below(from)].map((record) => ({
    record,
    name: to + record.name.slice(from.length),
  }));
  for (const { name } of renamed) assertValidName(name);
  const superiors = added(core, insertMissing(core, superiorNames(to)));
  for (const { record, name } of renamed) core.index.mailboxes.rename(record.id, name);
  return {
    value: undefined,
    committed() {
      superiors.committed?.();
      core.tree.rename(renamed);
    },
    publish(commit) {
      superiors.publish?.(commit);
      for (const { record, name } of renamed) {
        const entry = { ...record.entry, name };
        core.list.set(record.id, entry);
        core.live.find(record.id)?.renamed(entry);
      }
      core.list.announce();
    },
  };
}

/** Renaming INBOX moves its messages to a new mailbox; INBOX stays, and what is below it too. RFC 9051 6.3.6 */
async function moveInbox(core: AccountCore, inbox: MailboxRecord, to: string): Promise<Change<void>> {
  assertRoomFor(core, 1);
  const superiors = insertMissing(core, superiorNames(to));
  const [target] = insertMailboxes(core, [{ name: to, specialUse: [] }]);
  if (!target) throw new Error('A mailbox was inserted and is not there');
  const after = { uidNext: inbox.uidNext, highestModseq: inbox.highestModseq + 1 };
  await settleFlags(core.index, inbox.id);
  const slice = new Slice();
  for (const piece of core.index.messages.pieces(inbox.id)) {
    core.index.messages.move(inbox.id, piece, target.id, after.highestModseq);
    await slice.rest();
  }
  core.index.viewers.move(inbox.id, target.id);
  core.index.mailboxes.advance(target.id, after, core.blobIds.settledBelow);
  core.index.mailboxes.advance(inbox.id, after, core.blobIds.settledBelow);
  const made = added(core, [...superiors, target]);
  return {
    value: undefined,
    committed() {
      made.committed?.();
      target.advance(after);
      inbox.advance(after);
      core.live.find(inbox.id)?.allLeave();
    },
    publish(commit) {
      made.publish?.(commit);
      target.published();
      inbox.published();
      core.live.at(inbox.id, commit)?.emptied(after.uidNext);
      core.list.announce();
    },
  };
}

function insertMissing(core: AccountCore, names: readonly string[]): MailboxRecord[] {
  const missing = names.filter((name) => !core.tree.find(name)).map((name) => ({ name, specialUse: [] }));
  if (missing.length === 0) return [];
  assertRoomFor(core, missing.length);
  return insertMailboxes(core, missing);
}
