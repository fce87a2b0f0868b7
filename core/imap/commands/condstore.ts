import type { Session } from '../session/session.ts';

/**
 * The client has shown that it knows CONDSTORE (RFC 7162 section 3.1): from now on every untagged FETCH that tells flags
 * tells the modseq too.
 */
export function enableCondstore(session: Session): void {
  if (session.enabled.has('CONDSTORE')) return;
  session.enabled.add('CONDSTORE');
  if (!session.hasView) return;
  // RFC 7162 section 3.1: the first enabling command with a mailbox selected MUST be answered with HIGHESTMODSEQ
  session.writer.untagged(`OK [HIGHESTMODSEQ ${session.view.state.highestModseq}] Modification sequences are told now`);
}

/**
 * The response code for the tagged OK of a command that has removed messages (RFC 7162 section 3.2.7, RFC 6851 section
 * 4.4). Whoever runs it must let the dispatcher report all changes right after, so that the client knows all up to it.
 */
export function highestModseqCode(session: Session): string | undefined {
  return session.enabled.has('CONDSTORE') ? `HIGHESTMODSEQ ${session.view.state.highestModseq}` : undefined;
}
