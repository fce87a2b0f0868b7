import type { Session } from './session.ts';

/** The FLAGS data item of a message, with \Recent where it applies. */
export function flagsItem(session: Session, sequence: number): string {
  const { columns, row } = session.view.place(sequence);
  const flags = session.account.flagSets.text(columns.flagSet[row]!);
  if (session.rev2 || !session.view.isRecent(sequence)) return `FLAGS (${flags})`;
  return `FLAGS (${flags === '' ? '' : `${flags} `}\\Recent)`;
}

/**
 * The untagged FETCH that tells new flags. With CONDSTORE the MODSEQ is part of it (RFC 7162 section 3.2); a UID
 * command's replies carry the UID (RFC 9051 section 6.4.9), and so do all of IMAP4rev2.
 */
export function fetchFlags(session: Session, sequence: number, withUid: boolean): void {
  const items = [flagsItem(session, sequence)];
  const condstore = session.enabled.has('CONDSTORE');
  if (withUid || condstore || session.rev2) items.unshift(`UID ${session.view.uidOf(sequence)}`);
  if (condstore) {
    const { columns, row } = session.view.place(sequence);
    items.push(`MODSEQ (${columns.modseq[row]})`);
  }
  session.writer.untagged(`${sequence} FETCH (${items.join(' ')})`);
}
