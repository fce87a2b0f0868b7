import { Refused } from '../../base/errors.ts';
import type { NumberSet } from '../../base/number-set.ts';
import { type FlagChange, SYSTEM_FLAGS } from '../../mail/flags.ts';
import type { FlagsStored, SelectedMailbox } from '../../mail/ports.ts';
import { flagReplyItems } from '../session/fetch-flags.ts';
import { rightOfFlag } from '../session/mailbox-rights.ts';
import type { Session } from '../session/session.ts';
import { tellKeywords, writePermanentFlags } from '../session/told-keywords.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';
import { formatNumberSet } from '../wire/number-set.ts';
import type { Command, Completion, ParseMode } from './command.ts';
import { enableCondstore } from './condstore.ts';
import type { PlainItem } from './fetch/fetch-items.ts';
import { compileFetch } from './fetch/fetch-plan.ts';
import { FetchRun } from './fetch/fetch-run.ts';
import { expectFlags, storableFlags } from './flag-arguments.ts';
import { refuseReadOnly } from './read-only.ts';

interface StoreArguments {
  readonly set: NumberSet | '$';
  readonly uid: boolean;
  readonly change: FlagChange;
  /** .SILENT: the new flags are not told. */
  readonly silent: boolean;
  /** Messages with a higher modseq are left alone (RFC 7162 section 3.1.3). */
  readonly unchangedSince: number | undefined;
}

/** STORE (RFC 9051 section 6.4.6). */
export const store: Command<StoreArguments> = storeCommand('STORE');
/** UID STORE (RFC 9051 section 6.4.9). */
export const uidStore: Command<StoreArguments> = storeCommand('UID STORE');

function storeCommand(name: 'STORE' | 'UID STORE'): Command<StoreArguments> {
  return {
    name,
    states: ['selected'],
    // RFC 9051 section 7.5.1
    mayExpunge: name === 'UID STORE',
    parse: parseStore,
    run: runStore,
  };
}

/** SP sequence-set [SP "(" store-modifier ")"] SP store-att-flags (RFC 4466 section 2.5) */
function parseStore(reader: ArgumentReader, { uid }: ParseMode): StoreArguments {
  reader.expectSpace();
  const set = reader.expectSequenceSet();
  reader.expectSpace();
  const unchangedSince = readUnchangedSince(reader);
  const word = reader.expectKeyword('FLAGS', '+FLAGS', '-FLAGS', 'FLAGS.SILENT', '+FLAGS.SILENT', '-FLAGS.SILENT');
  reader.expectSpace();
  const flags = storableFlags(expectFlags(reader));
  reader.expectEnd();
  const mode = word.startsWith('+') ? 'add' : word.startsWith('-') ? 'remove' : 'replace';
  return { set, uid, change: { mode, flags }, silent: word.endsWith('.SILENT'), unchangedSince };
}

/** "(" "UNCHANGEDSINCE" SP mod-sequence-valzer ")" SP (RFC 7162 section 7) */
function readUnchangedSince(reader: ArgumentReader): number | undefined {
  if (!reader.char('(')) return undefined;
  reader.expectKeyword('UNCHANGEDSINCE');
  reader.expectSpace();
  const modseq = reader.expectNumber64();
  reader.expectChar(')');
  reader.expectSpace();
  return modseq;
}

async function runStore(session: Session, asked: StoreArguments): Promise<Completion> {
  const { view } = session;
  refuseReadOnly(session);
  // RFC 4314 section 4: what the user may not change stays as it is and is no failure, so the client has to be told
  const args = { ...asked, silent: asked.silent && mayMake(asked.change, view.mailbox) };
  const sequences = view.resolve(args.set, args.uid);
  if (args.unchangedSince !== undefined) enableCondstore(session);
  // What others changed before is told before: after a silent STORE the client believes to know all flags it named.
  session.reportChanges(false);
  const before = view.state.highestModseq;
  const { modseq, modified } = await change(session, view.uidsOf(sequences), args);
  // A STORE may have to wait for others. What they changed meanwhile lies under what it changed itself: then its own
  // changes are told, too, unless the replies below tell the flags anyway. RFC 9051 6.4.6, note
  const isNext = modseq === before + 1;
  if (modseq !== undefined && (isNext || !args.silent)) view.noteOwnChange(modseq);
  const left = new Set(modified);
  const stored = left.size === 0 ? sequences : sequences.filter((sequence) => !left.has(view.uidOf(sequence)));
  await tell(session, args, stored, modseq);
  return completion(session, args, stored, left);
}

/** Whether the rights allow the whole change. */
function mayMake({ mode, flags }: FlagChange, { rights }: SelectedMailbox): boolean {
  const touched = mode === 'replace' ? [...SYSTEM_FLAGS, ...flags] : flags;
  return touched.every((flag) => rights.has(rightOfFlag(flag)));
}

async function change({ view, writer }: Session, uids: Uint32Array, args: StoreArguments): Promise<FlagsStored> {
  try {
    return await view.mailbox.storeFlags(uids, args.change, args.unchangedSince);
  } catch (problem) {
    if (problem instanceof Refused && problem.code === 'LIMIT') {
      // RFC 9051 section 7.1, PERMANENTFLAGS: without \* when there is no room for another keyword
      writePermanentFlags(writer, view.state.keywords(), view.mailbox, false);
    }
    throw problem;
  }
}

/** The replies of RFC 9051 section 6.4.6; after .SILENT only the modseq, for those who follow it. */
async function tell(
  session: Session,
  { uid, silent, unchangedSince, change }: StoreArguments,
  stored: Uint32Array,
  modseq: number | undefined,
): Promise<void> {
  const labels = flagReplyItems(session, uid).filter((item) => !silent || item !== 'FLAGS');
  if (silent && !labels.includes('MODSEQ')) return;
  const { view } = session;
  if (modseq !== undefined && change.flags.some((flag) => !flag.startsWith('\\'))) tellNewKeywords(session, stored);
  const isToldOf = (sequence: number) => {
    if (view.isExpunged(sequence)) return false;
    // RFC 7162 section 3.1.3: a conditional STORE MUST be answered with MODSEQ for every message
    if (!silent || unchangedSince !== undefined) return true;
    const { columns, row } = view.place(sequence);
    return columns.modseq[row] === modseq;
  };
  const items = labels.map((label): PlainItem => ({ kind: 'plain', label }));
  await new FetchRun(session, compileFetch(items, session)).run(stored.filter(isToldOf));
}

function tellNewKeywords(session: Session, sequences: Uint32Array): void {
  for (const sequence of sequences) {
    const { columns, row } = session.view.place(sequence);
    tellKeywords(session, columns.flagSet[row]!);
  }
}

function completion(
  session: Session,
  args: StoreArguments,
  stored: Uint32Array,
  left: ReadonlySet<number>,
): Completion {
  const { view } = session;
  if (left.size > 0) {
    const uids = Uint32Array.from(left).sort();
    const numbers = args.uid ? uids : uids.map((uid) => view.sequenceOf(uid));
    return { code: `MODIFIED ${formatNumberSet(numbers)}`, text: 'Some messages were changed by others before' };
  }
  // RFC 2180 section 4.2.3: what is gone cannot be told; a UID that is not there is no error (RFC 9051 section 6.4.9)
  // What is left was done: to NO, clients tell people of a failure.
  if (!args.uid && stored.some((sequence) => view.isExpunged(sequence))) {
    return { code: 'EXPUNGEISSUED', text: 'Stored; some of the messages have been expunged by another session' };
  }
  return { text: 'Stored' };
}
