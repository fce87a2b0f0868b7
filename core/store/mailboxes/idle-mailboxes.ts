import { storeLimits } from '../../base/limits.ts';
import type { LiveMailbox } from './live-mailbox.ts';

/**
 * Mailboxes of the whole store that no session has open. They stay up to date and in memory, so that the next SELECT
 * costs nothing; the longest unused go when there are too many messages in them.
 */
export class IdleMailboxes {
  readonly #drops = new Map<LiveMailbox, () => void>();

  /** `drop` is called when the mailbox is to leave the memory. */
  add(mailbox: LiveMailbox, drop: () => void): void {
    this.#drops.set(mailbox, drop);
    let messages = 0;
    for (const idle of this.#drops.keys()) messages += idle.count;
    for (const [idle, dropIdle] of this.#drops) {
      if (messages <= storeLimits.idleMessages) break;
      messages -= idle.count;
      this.#drops.delete(idle);
      dropIdle();
    }
  }

  /** A session opens it again, or it is gone. */
  remove(mailbox: LiveMailbox): void {
    this.#drops.delete(mailbox);
  }
}
