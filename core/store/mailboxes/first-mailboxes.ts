import { INITIAL_MAILBOXES } from '../../mail/special-use.ts';
import type { AccountCore } from '../account-core.ts';
import { added, insertMailboxes } from './create-mailbox.ts';
import { INBOX } from './mailbox-names.ts';
import { MailboxRecord } from './mailbox-record.ts';

/** Shows the mailboxes the index has. A new account of a person gets INBOX and those that every mail client looks for. */
export async function showMailboxes(core: AccountCore): Promise<void> {
  const records = core.index.mailboxes.all().map((row) => new MailboxRecord(row));
  core.tree.add(records);
  for (const record of records) core.list.set(record.id, record.entry);
  if (core.kind === 'personal' && !core.tree.find(INBOX)) await makeFirstMailboxes(core);
}

function makeFirstMailboxes(core: AccountCore): Promise<void> {
  const all = [
    { name: INBOX, specialUse: [] },
    ...INITIAL_MAILBOXES.map(({ name, specialUse }) => ({ name, specialUse: [specialUse] })),
  ];
  const first = all.filter(({ name }) => !core.tree.find(name));
  return core.committer.durably(() => {
    // Some clients show only what is subscribed.
    for (const { name } of first) {
      core.index.subscriptions.set(name, true);
      core.subscriptions.add(name);
    }
    return { value: undefined, ...added(core, insertMailboxes(core, first)) };
  });
}
