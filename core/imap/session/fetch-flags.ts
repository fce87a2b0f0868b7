import type { Place } from './mailbox-view.ts';
import type { Session } from './session.ts';

/** The FLAGS data item of a message, with \Recent where it applies. `place` is where the view has the message. */
export function flagsItem(session: Session, sequence: number, place: Place = session.view.place(sequence)): string {
  const { columns, row } = place;
  const flags = session.view.state.flagSets.text(columns.flagSet[row]!);
  if (session.rev2 || !session.view.isRecent(sequence)) return `FLAGS (${flags})`;
  return `FLAGS (${flags === '' ? '' : `${flags} `}\\Recent)`;
}

export type FlagReplyItem = 'UID' | 'FLAGS' | 'MODSEQ';

/**
 * What a FETCH reply that tells new flags consists of. With CONDSTORE the MODSEQ is part of it (RFC 7162 section 3.2);
 * a UID command's replies carry the UID (RFC 9051 section 6.4.9), and so do all of IMAP4rev2.
 */
export function flagReplyItems(session: Session, uidCommand: boolean): FlagReplyItem[] {
  const condstore = session.enabled.has('CONDSTORE');
  const uid = uidCommand || condstore || session.rev2;
  return [...(uid ? (['UID'] as const) : []), 'FLAGS', ...(condstore ? (['MODSEQ'] as const) : [])];
}

/** The untagged FETCH that tells new flags. */
export function fetchFlags(session: Session, sequence: number, withUid: boolean): void {
  const place = session.view.place(sequence);
  const items = flagReplyItems(session, withUid).map((item) => {
    if (item === 'UID') return `UID ${place.columns.uid[place.row]}`;
    if (item === 'MODSEQ') return `MODSEQ (${place.columns.modseq[place.row]})`;
    return flagsItem(session, sequence, place);
  });
  session.writer.untagged(`${sequence} FETCH (${items.join(' ')})`);
}
