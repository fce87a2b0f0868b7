import { storeLimits } from '../../base/limits.ts';
import type { AccountIndex } from '../index/account-index.ts';
import type { MailboxRow } from '../index/mailbox-table.ts';
import { FactsReader } from '../index/message-facts.ts';

/** A message as the index has it. */
export interface ListedMessage {
  readonly mailbox: Pick<MailboxRow, 'id' | 'name'>;
  readonly uid: number;
  readonly modseq: number;
  readonly flagSet: number;
  readonly blob: number;
}

/** All messages of all mailboxes, also of mailboxes that are not there (any more). */
export function* listMessages(index: AccountIndex): Generator<ListedMessage> {
  const names = new Map(index.mailboxes.all().map(({ id, name }) => [id, name]));
  const ids = index.database
    .prepare('SELECT DISTINCT mailbox FROM message')
    .all()
    .map((row) => Number(row[0]));
  for (const id of ids) {
    const mailbox = { id, name: names.get(id) ?? 'a mailbox that is gone' };
    for (let from = 1; ; ) {
      const { uids, modseqs, flagSets, facts } = index.messages.load(id, from, storeLimits.rowsPerStatement);
      const reader = new FactsReader(facts);
      for (const [i, uid] of uids.entries()) {
        yield { mailbox, uid, modseq: modseqs[i]!, flagSet: flagSets[i]!, blob: reader.blob(i) };
      }
      const last = uids.at(-1);
      if (last === undefined) break;
      from = last + 1;
    }
  }
}
