import { Refused } from '../../base/errors.ts';
import { mailboxLimits } from '../../base/limits.ts';
import type { Random } from '../../base/random.ts';
import type { MailboxEntry } from '../../mail/ports.ts';
import type { SpecialUse } from '../../mail/special-use.ts';
import type { AccountCore } from '../account-core.ts';
import type { Change } from '../commit/committer.ts';
import { assertValidName, INBOX, isBelow, superiorNames } from './mailbox-names.ts';
import { MailboxRecord } from './mailbox-record.ts';

/** A mailbox to be made. */
export interface NewMailbox {
  readonly name: string;
  readonly specialUse: readonly SpecialUse[];
}

/** CREATE: the mailbox and the levels above it that are missing (RFC 9051 section 6.3.4). */
export function createMailbox(core: AccountCore, mailbox: NewMailbox): Promise<MailboxEntry> {
  assertValidName(mailbox.name);
  return core.committer.durably(() => {
    assertNoSecondInbox(core, mailbox.name);
    if (core.tree.find(mailbox.name)) throw new Refused('ALREADYEXISTS', 'There is a mailbox of that name already');
    assertFreeUse(core, mailbox.specialUse);
    const missing = superiorNames(mailbox.name).filter((name) => !core.tree.find(name));
    assertRoomFor(core, missing.length + 1);
    const records = insertMailboxes(core, [...missing.map((name) => ({ name, specialUse: [] })), mailbox]);
    const made = added(core, records);
    return {
      ...made,
      value: records.at(-1)!.entry,
      publish(commit) {
        made.publish?.(commit);
        core.list.announce();
      },
    };
  });
}

/** @throws Refused CANNOT for an INBOX among the public folders: it would be nobody's. */
export function assertNoSecondInbox(core: AccountCore, name: string): void {
  if (core.kind !== 'public' || (name !== INBOX && !isBelow(name, INBOX))) return;
  throw new Refused('CANNOT', 'There is no INBOX among the public folders: choose another name');
}

/** @throws Refused LIMIT when the account cannot have so many more mailboxes. */
export function assertRoomFor(core: AccountCore, count: number): void {
  if (core.tree.count + count <= mailboxLimits.perAccount) return;
  throw new Refused('LIMIT', `An account can have ${mailboxLimits.perAccount} mailboxes: delete some first`);
}

/** Inserts mailboxes inside the transaction under way. Each has a UIDVALIDITY larger than any the account ever gave. */
export function insertMailboxes(
  parts: Pick<AccountCore, 'index' | 'clock' | 'random'>,
  mailboxes: readonly NewMailbox[],
): MailboxRecord[] {
  const { facts, mailboxes: table } = parts.index;
  let uidValidity = facts.get('uidValidity') ?? 0;
  const records = mailboxes.map(({ name, specialUse }) => {
    // Seconds, so that also an index built anew from the segments continues above all it has forgotten. RFC 9051 2.3.1.1
    const byClock = Math.min(Math.floor(parts.clock.now() / 1000), mailboxLimits.uidValidityByClock);
    uidValidity = Math.max(uidValidity + 1, byClock);
    const objectId = newObjectId(parts.random);
    const row = { objectId, name, specialUse, uidValidity, uidNext: 1, highestModseq: 1, firstRecent: 1 };
    return new MailboxRecord({ id: table.insert(row), ...row });
  });
  facts.set('uidValidity', uidValidity);
  return records;
}

/** What makes inserted mailboxes known. */
export function added(
  core: AccountCore,
  records: readonly MailboxRecord[],
): Pick<Change<void>, 'committed' | 'publish'> {
  const entries = records.map((record) => record.entry);
  return {
    committed: () => core.tree.add(records),
    publish() {
      for (const [i, record] of records.entries()) core.list.set(record.id, entries[i]!);
    },
  };
}

function assertFreeUse(core: AccountCore, uses: readonly SpecialUse[]): void {
  // These two would have to show all mail, or all flagged mail. RFC 6154 3
  const virtual = uses.find((use) => use === '\\All' || use === '\\Flagged');
  if (virtual) throw new Refused('USEATTR', `No mailbox can be made for ${virtual}`);
  for (const record of core.tree.all()) {
    const taken = record.entry.specialUse.find((use) => uses.includes(use));
    if (taken) throw new Refused('USEATTR', `The mailbox for ${taken} is ${record.name}`);
  }
}

/** RFC 8474 4.1: never given to another mailbox, also not after a deletion. */
function newObjectId(random: Random): string {
  return `F${Buffer.from(random(12)).toString('base64url')}`;
}
