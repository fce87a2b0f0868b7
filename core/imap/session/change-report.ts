import type { FlagSetId } from '../../mail/flags.ts';
import { fetchFlags } from './fetch-flags.ts';
import type { ChangeSink } from './mailbox-view.ts';
import type { Session } from './session.ts';
import { tellKeywords } from './told-keywords.ts';

/** Writes what has changed in the selected mailbox as untagged replies (RFC 9051 section 7.4.1, 7.5). */
export class ChangeReport implements ChangeSink {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  expunged(sequence: number): void {
    this.#session.writer.untagged(`${sequence} EXPUNGE`);
  }

  exists(count: number): void {
    this.#session.writer.untagged(`${count} EXISTS`);
  }

  recent(count: number): void {
    // RFC 9051 appendix E: RECENT is gone in IMAP4rev2.
    if (!this.#session.rev2) this.#session.writer.untagged(`${count} RECENT`);
  }

  flagSet(id: FlagSetId): void {
    tellKeywords(this.#session, id);
  }

  flags(sequence: number): void {
    fetchFlags(this.#session, sequence, false);
  }

  mailboxDeleted(): void {
    this.#session.writer.untagged('NO [NONEXISTENT] The selected mailbox was deleted by another session');
  }
}
