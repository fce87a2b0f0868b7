import { Refused } from '../../base/errors.ts';
import type { NumberSet } from '../../base/number-set.ts';
import type { Copied } from '../../mail/ports.ts';
import type { Session } from '../session/session.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';
import { formatNumberSet } from '../wire/number-set.ts';
import type { ParseMode } from './command.ts';
import { superiorsOf } from './list-selection.ts';
import { expectMailboxName } from './mailbox-argument.ts';

/** What COPY and MOVE take: messages and where they go. */
export interface TransferArguments {
  readonly set: NumberSet | '$';
  readonly uid: boolean;
  readonly target: string;
}

/** SP sequence-set SP mailbox */
export function parseTransfer(reader: ArgumentReader, { uid, utf8 }: ParseMode): TransferArguments {
  reader.expectSpace();
  const set = reader.expectSequenceSet();
  const target = expectMailboxName(reader, utf8);
  reader.expectEnd();
  return { set, uid, target };
}

/**
 * Lets `transfer` do the work on the messages named; undefined when there was nothing to do.
 * @throws Refused TRYCREATE; EXPUNGEISSUED when another session has expunged all of them.
 */
export async function transferred(
  session: Session,
  { set, uid, target }: TransferArguments,
  transfer: (uids: Uint32Array) => Promise<Copied>,
): Promise<Copied | undefined> {
  const { view } = session;
  const sequences = view.resolve(set, uid);
  if (sequences.length === 0) return requireTarget(session, target);
  const copied = await intoExisting(session, target, () => transfer(view.uidsOf(sequences)));
  if (copied.uids.length > 0) return copied;
  // RFC 9051 section 6.4.9: a UID that is not there is no error; a sequence number stands for a message the client sees
  if (uid) return undefined;
  throw new Refused('EXPUNGEISSUED', 'The messages have been expunged by another session');
}

/** COPYUID (RFC 9051 section 7.1, RFC 4315 section 3): both sets in the order of copying. */
export function copyUidCode({ uidValidity, sourceUids, uids }: Copied): string {
  return `COPYUID ${uidValidity} ${formatNumberSet(sourceUids)} ${formatNumberSet(uids)}`;
}

/** Says TRYCREATE where the mailbox is missing: the server MUST (RFC 9051 section 6.3.12, 6.4.7, 6.4.8). */
export async function intoExisting<T>(session: Session, target: string, deliver: () => Promise<T>): Promise<T> {
  try {
    return await deliver();
  } catch (problem) {
    if (problem instanceof Refused && problem.code === 'NONEXISTENT') requireTarget(session, target);
    throw problem;
  }
}

function requireTarget({ account }: Session, target: string): undefined {
  if (account.find(target) !== undefined) return undefined;
  if (account.fakesLevels && superiorsOf(account.mailboxes()).has(target)) {
    throw new Refused('NOPERM', 'This is no mailbox but a level that holds some');
  }
  throw new Refused('TRYCREATE', 'There is no mailbox of that name; create it first');
}
