import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { AccountIndex } from '../index/account-index.ts';
import { packFacts } from '../index/message-facts.ts';
import { insertMailboxes } from '../mailboxes/create-mailbox.ts';
import type { RecordHeader } from '../segments/record.ts';

const NAME = 'Recovered';

export interface RecoveredMailboxParts {
  readonly index: AccountIndex;
  readonly clock: Clock;
  readonly random: Random;
}

/** The mailbox for mail that was found and belongs nowhere. Made when there is something to put in. */
export class RecoveredMailbox {
  readonly #parts: RecoveredMailboxParts;

  constructor(parts: RecoveredMailboxParts) {
    this.#parts = parts;
  }

  /** Adds a message whose blob is in the index. Part of a repair's transaction. */
  add(header: RecordHeader): void {
    const { index } = this.#parts;
    const mailbox = this.#mailbox();
    const after = { uidNext: mailbox.uidNext + 1, highestModseq: mailbox.highestModseq + 1 };
    const facts = packFacts({ ...header, size: header.length });
    index.messages.insert(mailbox.id, mailbox.uidNext, 0, after.highestModseq, facts);
    index.mailboxes.advance(mailbox.id, after, 0);
  }

  #mailbox() {
    const find = () => this.#parts.index.mailboxes.all().find((row) => row.name === NAME);
    const known = find();
    if (known) return known;
    insertMailboxes(this.#parts, [{ name: NAME, specialUse: [] }]);
    this.#parts.index.subscriptions.set(NAME, true);
    return find()!;
  }
}
