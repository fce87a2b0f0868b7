import type { FlagSetId } from '../../mail/flags.ts';
import { fetchFlags } from './fetch-flags.ts';
import { isReadOnly, type MailboxAccess } from './mailbox-rights.ts';
import { type ChangeSink, GONE } from './mailbox-view.ts';
import type { Session } from './session.ts';
import { tellKeywords, writeFlags } from './told-keywords.ts';

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

  access(before: MailboxAccess): void {
    const { view, writer } = this.#session;
    // RFC 4314 5.1.1: SHOULD be sent when they have changed
    writeFlags(writer, view.keywords.all, view.mailbox);
    const readOnly = isReadOnly(view.mailbox);
    if (readOnly === isReadOnly(before)) return;
    // RFC 9051 section 7.1, READ-ONLY and READ-WRITE
    writer.untagged(
      readOnly ? 'OK [READ-ONLY] You may only read here from now on' : 'OK [READ-WRITE] You may make changes here now',
    );
  }

  mailboxGone(): void {
    this.#session.writer.untagged(`NO [NONEXISTENT] ${GONE}`);
  }
}
