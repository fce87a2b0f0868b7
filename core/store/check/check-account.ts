import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { FileLayer } from '../files/file-layer.ts';
import type { AccountIndex } from '../index/account-index.ts';
import { removeSegments } from '../maintenance/remove-segments.ts';
import { recover } from '../recovery/recover.ts';
import { encodeHeader } from '../segments/record.ts';
import { segmentPath } from '../segments/segment-names.ts';
import { contentCrcOf } from '../segments/segment-walk.ts';
import { removeViews } from '../summaries/views-database.ts';
import { type ContentCheck, checkContents } from './check-contents.ts';
import { checkCounters } from './check-counters.ts';
import { checkViewers } from './check-viewers.ts';
import { type FoundRecord, takeInventory } from './inventory.ts';
import { openForCheck } from './open-for-check.ts';
import type { Problem } from './problem.ts';
import { RecoveredMailbox } from './recovered-mailbox.ts';

export interface AccountCheck {
  readonly folder: string;
  readonly repair: boolean;
  readonly files: FileLayer;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface CheckedAccount {
  readonly messages: number;
  readonly problems: readonly Problem[];
}

/** Checks everything an account has, and repairs it when asked to. Nobody else may have the account open. */
export async function checkAccount(check: AccountCheck): Promise<CheckedAccount> {
  const opened = await openForCheck(check.folder, check.files, check.repair);
  if (opened.kind === 'broken') return { messages: 0, problems: [brokenIndex(opened.why)] };
  const { index } = opened;
  try {
    const problems: Problem[] = opened.kind === 'anew' ? [newIndex(opened.why, opened.keptAs)] : [];
    // What was computed from a lost index may belong to other messages now.
    if (opened.kind === 'anew') removeViews(check.folder);
    const settled = await settle(check, index, problems);
    problems.push(...(await repaired(check, index, checkCounters(index))));
    problems.push(...(await repaired(check, index, checkViewers(index))));
    // What compaction could not remove yet: deleted mail, or a second copy of what is elsewhere.
    const waste = index.segments.in('copy', 'givenUp');
    const inventory = await takeInventory(check.folder, check.files, waste);
    if (check.repair) await removeWaste(check, index, waste);
    const recovered = new RecoveredMailbox({ ...check, index });
    const accept = (found: FoundRecord) => acceptRecord(check, found);
    problems.push(
      ...inventory.problems,
      ...(await repaired(check, index, checkContents({ index, inventory, recovered, accept, ...settled }))),
    );
    if (check.repair && (problems.length > 0 || index.facts.get('open') !== 0)) closeInOrder(index);
    return { messages: Number(index.database.prepare('SELECT count(*) FROM message').get()![0]), problems };
  } finally {
    index.close();
  }
}

function closeInOrder(index: AccountIndex): void {
  index.transaction(() => {
    // What was mended has changed it: the next start counts.
    index.facts.forget('usedOctets');
    index.facts.forget('usedMessages');
    index.facts.set('open', 0);
  });
}

async function removeWaste({ folder, files }: AccountCheck, index: AccountIndex, waste: readonly number[]) {
  // What another program keeps open is tried again by the server.
  const gone = await removeSegments(folder, files, waste).catch(() => []);
  index.transaction(() => gone.forEach((number) => void index.segments.forget(number)));
}

/** Puts an account in order that was not closed. Without repair, what the next opening will put in order is passed over. */
async function settle(
  check: AccountCheck,
  index: AccountIndex,
  problems: Problem[],
): Promise<Pick<ContentCheck, 'settled' | 'inOrder'>> {
  const all = { settled: Number.MAX_SAFE_INTEGER, inOrder: true };
  if (index.facts.get('open') !== 1) return all;
  if (check.repair) {
    await recover({ ...check, index });
    return all;
  }
  problems.push({
    what: 'The account was not closed in order: the last run was killed or lost its power',
    remedy: 'it is put in order when it is next opened, at the next login of its user, and so by a check with --repair',
  });
  return { settled: index.mailboxes.settledBlobs(), inOrder: false };
}

/** The problems, each dealt with when repair was asked for. */
async function repaired({ repair }: AccountCheck, index: AccountIndex, problems: Problem[]): Promise<Problem[]> {
  if (!repair) return problems;
  index.transaction(() => problems.forEach((problem) => void problem.repair?.()));
  for (const problem of problems) await problem.afterRepair?.();
  return problems;
}

/** Makes the checksum of a record that of its content, so that the message can be read. */
async function acceptRecord({ folder, files }: AccountCheck, { segment, offset, header }: FoundRecord): Promise<void> {
  const file = await files.open(segmentPath(folder, segment), 'write');
  try {
    const contentCrc = await contentCrcOf(file, offset, header);
    await file.write([encodeHeader({ ...header, contentCrc })], offset);
    await file.flush();
  } finally {
    await file.close();
  }
}

/** What the segments do not have. */
const LOST = 'Names of mailboxes, flags, keywords and subscriptions are lost where it cannot be read';

function brokenIndex(why: string): Problem {
  return {
    what: `The mail index cannot be used: ${why}`,
    remedy: `a new one is made of what can be read of it and of the stored messages; the old one is kept. ${LOST}: put index.db back from a backup before, if you have one`,
    repair() {},
  };
}

function newIndex(why: string, keptAs: string | undefined): Problem {
  const kept = keptAs ? `; the old one is kept as ${keptAs}` : '';
  return {
    what: `The mail index could not be used: ${why}`,
    remedy: `a new one was made${kept}. Messages without a mailbox are in Recovered, expunged ones may be among them. ${LOST}`,
    repair() {},
  };
}
