import { isReadOnly } from '../session/mailbox-rights.ts';
import type { MailboxView } from '../session/mailbox-view.ts';
import type { Session } from '../session/session.ts';
import { writeFlags } from '../session/told-keywords.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';
import type { Command, Completion, ParseMode } from './command.ts';
import { attributesOf, respelled, writeList, writeListOf } from './list-reply.ts';
import { expectMailboxArgument, type MailboxArgument } from './mailbox-argument.ts';

interface SelectArguments {
  readonly mailbox: MailboxArgument;
  readonly condstore: boolean;
}

/** SELECT (RFC 9051 section 6.3.2). */
export const select: Command<SelectArguments> = selectCommand('SELECT');
/** EXAMINE (RFC 9051 section 6.3.3): the same, and nothing can be changed. */
export const examine: Command<SelectArguments> = selectCommand('EXAMINE');

function selectCommand(name: 'SELECT' | 'EXAMINE'): Command<SelectArguments> {
  return {
    name,
    states: ['authenticated', 'selected'],
    mayExpunge: true,
    // What happened in the mailbox selected before is of no interest any more; the new one is described whole.
    reportsChanges: false,
    capabilities: () => ['CONDSTORE', 'OBJECTID'],
    parse: parseSelect,
    run: (session, args) => runSelect(session, args, name === 'EXAMINE'),
  };
}

/** select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"] (RFC 4466, RFC 7162 section 3.1.8) */
function parseSelect(reader: ArgumentReader, { utf8 }: ParseMode): SelectArguments {
  const mailbox = expectMailboxArgument(reader, utf8);
  const condstore = !reader.end();
  if (condstore) {
    reader.expectSpace();
    reader.expectList(() => reader.expectKeyword('CONDSTORE'), { min: 1 });
  }
  reader.expectEnd();
  return { mailbox, condstore };
}

async function runSelect(
  session: Session,
  { mailbox, condstore }: SelectArguments,
  readOnly: boolean,
): Promise<Completion> {
  if (session.hasView) {
    // RFC 9051 6.3.2: also when the selection then fails, for none is selected after that
    session.unselect();
    session.writer.untagged('OK [CLOSED] Previous mailbox is now closed');
  }
  if (condstore) session.enabled.add('CONDSTORE');
  const view = await session.select(mailbox.name, readOnly);
  describe(session, view);
  // RFC 9051 6.3.2: IMAP4rev2 wants a LIST reply, with what the client wrote if it is spelled otherwise here
  if (session.rev2) writeSelected(session, mailbox, view);
  const { unwritable } = view.mailbox;
  const why = unwritable ? `. ${unwritable.message}` : '';
  return isReadOnly(view.mailbox)
    ? { code: 'READ-ONLY', text: `Mailbox opened, nothing can be changed${why}` }
    : { code: 'READ-WRITE', text: 'Mailbox opened' };
}

/** The LIST reply of what was selected, which may be a level that opens like a mailbox. */
function writeSelected(session: Session, mailbox: MailboxArgument, { state }: MailboxView): void {
  const entry = session.account.find(mailbox.name);
  if (entry !== undefined) {
    writeListOf(session, entry, respelled(session, mailbox, entry.name));
    return;
  }
  const { name } = state.entry;
  const subscribed = session.account.subscriptions().includes(name);
  // a level is one because there is something below it
  const attributes = attributesOf(undefined, { hasChildren: true, subscribed, extended: true, faked: true });
  writeList(session, 'LIST', attributes, name, respelled(session, mailbox, name));
}

/** No reply here costs time for every message: a mailbox of 100,000 opens as fast as an empty one. */
function describe({ writer, rev2 }: Session, view: MailboxView): void {
  const { state, mailbox } = view;
  writeFlags(writer, state.keywords(), mailbox);
  writer.untagged(`${view.count} EXISTS`);
  if (!rev2) describeForRev1(writer, view);
  writer.untagged(`OK [UIDVALIDITY ${state.uidValidity}] UIDs valid`);
  writer.untagged(`OK [UIDNEXT ${state.uidNext}] Predicted next UID`);
  // RFC 7162 section 3.1.2: a MUST once CONDSTORE is enabled, welcome before
  writer.untagged(`OK [HIGHESTMODSEQ ${state.highestModseq}] Highest modification sequence`);
  // RFC 8474 section 4.2
  writer.untagged(`OK [MAILBOXID (${state.entry.objectId})] Mailbox identifier`);
}

/** RFC 3501 section 6.3.1; gone in IMAP4rev2 (RFC 9051 appendix E). */
function describeForRev1(writer: Session['writer'], view: MailboxView): void {
  writer.untagged(`${view.recentCount} RECENT`);
  const { firstUnseenRow } = view.state;
  if (firstUnseenRow >= 0) writer.untagged(`OK [UNSEEN ${firstUnseenRow + 1}] First unseen message`);
}
