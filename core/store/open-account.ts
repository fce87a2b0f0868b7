import { dirname, join } from 'node:path';
import type { Pace } from '../base/activity.ts';
import type { Clock } from '../base/clock.ts';
import { Refused, UserError } from '../base/errors.ts';
import { storeLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { Uses } from '../base/uses.ts';
import type { AccountKind, QuotaLimits } from '../mail/ports.ts';
import { Account } from './account.ts';
import type { AccountCore } from './account-core.ts';
import type { AccountCores } from './account-cores.ts';
import { Committer } from './commit/committer.ts';
import { Publication } from './commit/publication.ts';
import { claimDerived } from './derived.ts';
import { diskFault, explainDiskError } from './files/disk-errors.ts';
import type { FileLayer } from './files/file-layer.ts';
import { probe } from './files/probe.ts';
import { AccountIndex } from './index/account-index.ts';
import type { Facts } from './index/fact-table.ts';
import { INDEX_FILE, isBrokenDatabase, openIndex } from './index/open-index.ts';
import { WalFile } from './index/wal-file.ts';
import { showMailboxes } from './mailboxes/first-mailboxes.ts';
import type { IdleMailboxes } from './mailboxes/idle-mailboxes.ts';
import { LiveMailboxes } from './mailboxes/live-mailboxes.ts';
import { INBOX } from './mailboxes/mailbox-names.ts';
import { MailboxList, MailboxTree } from './mailboxes/mailbox-tree.ts';
import { ViewedMailboxes } from './mailboxes/viewed-mailboxes.ts';
import { Checkpointer } from './maintenance/checkpointer.ts';
import { type Compacted, Compactor } from './maintenance/compactor.ts';
import { IndexVerifier } from './maintenance/index-verifier.ts';
import type { Maintenance } from './maintenance/maintenance.ts';
import { FlagSettler } from './messages/settle-flags.ts';
import { NO_LIMITS, Quota } from './quota.ts';
import { countUsage } from './recovery/count-usage.ts';
import { recover } from './recovery/recover.ts';
import { DurableBlobs } from './search/durable-blobs.ts';
import type { IndexSchedule } from './search/index-schedule.ts';
import { IndexedSearch } from './search/indexed-search.ts';
import { ScanSearch } from './search/scan-search.ts';
import { BlobIds } from './segments/blob-ids.ts';
import { BlobPlaces } from './segments/blob-places.ts';
import { ContentReader } from './segments/content-reader.ts';
import type { Delivery } from './segments/delivery-note.ts';
import { type FoundSegment, mayGrow, type SettledLedger, settleLedger } from './segments/open-segments.ts';
import { RECORD_ALIGNMENT } from './segments/record.ts';
import { SegmentFile } from './segments/segment-file.ts';
import { SegmentLedger } from './segments/segment-ledger.ts';
import { SEGMENTS_FOLDER, segmentNumbers, segmentPath } from './segments/segment-names.ts';
import { SegmentReaders } from './segments/segment-readers.ts';
import { SegmentWriter } from './segments/segment-writer.ts';
import type { PackCache } from './summaries/pack-cache.ts';
import { Summaries } from './summaries/summaries.ts';
import { SummaryQueue } from './summaries/summary-queue.ts';

/** What all accounts of a store share. */
export interface StoreParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly files: FileLayer;
  readonly idle: IdleMailboxes;
  readonly maintenance: Maintenance;
  readonly indexing: IndexSchedule;
  /** Of what summarises new messages. */
  readonly summarising: Pace;
  /** Of verifying messages that are read in pieces. */
  readonly verifying: Pace;
  readonly packs: PackCache;
  readonly cores: AccountCores;
  readonly uses: Uses;
  /** A flush of the account has failed. */
  readonly onFailure: (accountId: string, error: unknown) => void;
  /** The disk took nothing, which concerns all accounts. */
  readonly onDiskFault: (error: unknown) => void;
  /** An account was opened for reading only, because the disk took nothing. */
  readonly onFrozen: (accountId: string, error: unknown) => void;
  /** The index of an account was verified: what is wrong with it, if anything. */
  readonly onVerified?: ((accountId: string, finding: string | undefined) => void) | undefined;
  /** See MailStoreOptions. */
  readonly onDamaged?: ((accountId: string) => void) | undefined;
  readonly verifyAfter?: number | undefined;
  /** See FlagSettlerOptions. */
  readonly bulkFlags?: number | undefined;
  /** See MailStoreOptions. */
  readonly quotaOf?: ((accountId: string) => QuotaLimits) | undefined;
  readonly onQuotaLevel?: ((accountId: string, percent: number) => void) | undefined;
}

/** Which account is to be opened. */
export interface AccountPlace {
  readonly accountId: string;
  readonly folder: string;
  /** What it becomes if it is new; one that is there stays what it is. */
  readonly kind: AccountKind;
}

export interface OpenedAccount {
  readonly account: Account;
  /** Gives the space of all expunged messages back. */
  compact(): Promise<Compacted>;
  /** Something is done in the background that is better finished before the account is closed. */
  readonly busy: boolean;
  /** Flushes and closes the files. Never rejects. */
  close(): Promise<void>;
}

/**
 * Opens an account: makes its folder when it is new, puts it in order when the last run did not close it. Where the disk
 * takes nothing it is opened for reading, as it is.
 */
export async function openAccount(place: AccountPlace, parts: StoreParts): Promise<OpenedAccount> {
  try {
    return await openForWriting(place, parts);
  } catch (error) {
    const refusal = await refusalOfDisk(error, place.folder, parts.files);
    if (refusal === undefined) throw error;
    const opened = await openForReading(place, parts, refusal);
    parts.onFrozen(place.accountId, error);
    return opened;
  }
}

/** Undefined when the disk takes what is written to it: then it was something else. */
async function refusalOfDisk(error: unknown, folder: string, files: FileLayer): Promise<Refused | undefined> {
  if (error instanceof UserError || error instanceof Refused || isBrokenDatabase(error)) return undefined;
  // SQLite does not always say what the system said.
  const reason = diskFault(error) ? error : await probe(folder, files).catch((refused: unknown) => refused);
  const refusal = reason === undefined ? undefined : explainDiskError(reason);
  return refusal instanceof Refused ? refusal : undefined;
}

/**
 * Rows of the last moments before an unclean end may be without their record, and deliveries without rows: recovery
 * tells when it may write again. What a client sees until then was all there.
 * @throws the refusal when there is nothing that could be read
 */
async function openForReading(place: AccountPlace, parts: StoreParts, refusal: Refused): Promise<OpenedAccount> {
  const index = openFrozen(join(place.folder, INDEX_FILE), refusal);
  try {
    const limits = () => parts.quotaOf?.(place.accountId) ?? NO_LIMITS;
    const quota = new Quota(await countUsage(index), limits);
    return await assemble(place, parts, { index, quota, kind: kindOf(index, place.kind), refusal });
  } catch (error) {
    index.close();
    throw error;
  }
}

function openFrozen(path: string, refusal: Refused): AccountIndex {
  try {
    return new AccountIndex(path, { mayBeNew: false, frozen: true });
  } catch {
    throw refusal;
  }
}

async function openForWriting(place: AccountPlace, parts: StoreParts): Promise<OpenedAccount> {
  const { files, logger } = parts;
  const { folder } = place;
  await files.makeFolder(join(folder, SEGMENTS_FOLDER));
  await files.flushFolder(dirname(folder));
  const index = await openIndex(folder, files);
  try {
    const unclean = index.facts.get('open') === 1;
    if (unclean) await recover({ folder, files, index, logger });
    const usage = await countUsage(index);
    const kind = kindOf(index, place.kind);
    const found = await findSegments(folder, files, index);
    const derived = await claimDerived(index, { ...parts, folder });
    const segments = index.transaction(() => {
      if (kind === 'public') index.facts.set('publicFolders', 1);
      // Flushed with the -wal file below, before any record is written: no torn tail without this mark.
      index.facts.set('open', 1);
      derived.renew();
      return settleLedger(index, found);
    });
    await derived.note();
    const wal = await WalFile.open(index.database.path, files);
    await files.flushFolder(folder);
    const limits = () => parts.quotaOf?.(place.accountId) ?? NO_LIMITS;
    const quota = new Quota(usage, limits, (percent) => parts.onQuotaLevel?.(place.accountId, percent));
    return await assemble(place, parts, { index, quota, kind, writing: { wal, segments, unclean } });
  } catch (error) {
    index.close();
    throw error;
  }
}

/** The kind is decided when an account is made: an INBOX tells that it was a person's. */
function kindOf(index: AccountIndex, wanted: AccountKind): AccountKind {
  if (index.facts.get('publicFolders') === 1) return 'public';
  return index.mailboxes.all().some(({ name }) => name === INBOX) ? 'personal' : wanted;
}

/** What is known of an account before it is put together. */
interface Ground {
  readonly index: AccountIndex;
  readonly quota: Quota;
  readonly kind: AccountKind;
  /** Undefined: it is only read. */
  readonly writing?: Writing;
  /** Why it is only read. */
  readonly refusal?: Refused;
}

interface Writing {
  readonly wal: WalFile;
  readonly segments: SettledLedger;
  /** The last run did not close the account. */
  readonly unclean: boolean;
}

async function assemble(
  { accountId, folder }: AccountPlace,
  parts: StoreParts,
  ground: Ground,
): Promise<OpenedAccount> {
  const { index, quota, kind, writing, refusal } = ground;
  const { files, logger, maintenance, indexing } = parts;
  const writer = await openWriter(folder, files, writing?.segments, (number) => ledger.started(number));
  const publication: Publication = new Publication(
    async (deliveries) => {
      const noted = deliveries !== undefined && (await isNoted(writer, deliveries));
      const [full] = await Promise.all([writer.flush(), noted ? undefined : writing?.wal.flush()]);
      if (full.length > 0) void ledger.filled(full);
      if (noted) publication.flushSoon(); // recovery must not have to read many notes
    },
    logger,
    (error) => parts.onFailure(accountId, error),
    refusal,
  );
  const blobIds = new BlobIds(Math.max(index.facts.get('blobCeiling') ?? 1, index.blobs.highest() + 1));
  const checkpointer = new Checkpointer({ index, maintenance, logger });
  const explain = (error: unknown) => {
    if (diskFault(error)) parts.onDiskFault(error);
    return explainDiskError(error);
  };
  const committed = () => checkpointer.committed(committer);
  const committer: Committer = new Committer(index, publication, committed, explain);
  const ledger = new SegmentLedger({ index, committer, blobIds, logger });
  const places = new BlobPlaces(index.blobs);
  const readers = new SegmentReaders(folder, files);
  const reader = new ContentReader({
    ...{ places, readers, logger, pace: parts.verifying },
    onDamaged: () => parts.onDamaged?.(accountId),
  });
  const queue = new SummaryQueue(folder, places, maintenance, parts.summarising, logger);
  const summaries = new Summaries(folder, reader, queue, parts.packs);
  const scan = new ScanSearch(reader, summaries);
  const durable = new DurableBlobs(blobIds, publication);
  const frozen = writing === undefined;
  const search = new IndexedSearch({ account: { folder, durable }, schedule: indexing, scan, logger, frozen });
  const live = new LiveMailboxes({ index, committer, publication, idle: parts.idle });
  const views = new ViewedMailboxes({ index, committer, publication });
  const flagSettler = new FlagSettler({ index, committer, logger, bulk: parts.bulkFlags });
  const core: AccountCore = {
    ...parts,
    ...{ index, publication, committer, live, blobIds, places, writer, ledger, reader, readers, summaries, search },
    ...{ flagSettler, quota, kind, views },
    tree: new MailboxTree([]),
    list: new MailboxList(),
    subscriptions: new Set(index.subscriptions.all()),
    freed: (octets) => compactor.freed(octets),
    use: () => parts.uses.take(accountId),
    explain,
  };
  const compactor: Compactor = new Compactor(core, folder, index.facts.get('freedOctets') ?? 0);
  const verifier =
    writing &&
    new IndexVerifier({
      ...{ core, unclean: writing.unclean, after: parts.verifyAfter ?? storeLimits.verifyAfter },
      onVerified: (finding) => parts.onVerified?.(accountId, finding),
    });
  await showMailboxes(core);
  if (frozen) await Promise.all([queue.close(), compactor.close()]);
  else {
    flagSettler.soon();
    compactor.removeGivenUp();
    queue.resume(index.facts.get('summarised') ?? 1, blobIds.next);
  }
  // Whoever logs in selects INBOX next: it is read now and waits among the idle mailboxes.
  const inbox = core.tree.find(INBOX);
  if (inbox) live.leave(await live.join(inbox));
  const account = new Account(core);
  core.cores.add(account, core);
  return {
    account,
    compact: () => compactor.runOnAll(),
    get busy() {
      if (frozen) return false;
      return queue.lowestWaiting !== undefined || search.busy || compactor.busy || verifier?.busy === true;
    },
    async close() {
      account.close();
      await Promise.all([queue.close(), compactor.close(), search.close(), verifier?.close(), reader.close()]);
      if (!frozen) await flagSettler.close();
      await publication.close();
      await checkpointer.close(committer);
      // Before the connections that write: only the last one of those can take the -wal file away.
      summaries.close();
      await maintenance
        .run('closeAccount', { folder })
        .catch((error) => logger.warn({ err: error }, 'Could not close an account'));
      live.forgetAll();
      readers.close();
      const noted = { summarised: queue.lowestWaiting ?? blobIds.next, freedOctets: compactor.waiting };
      if (!frozen) await markClosed(core, noted);
      await closeFiles(index, writing?.wal, logger);
    },
  };
}

/** Never rejects: what a disk says at the end must end nobody else, and what it was to keep was flushed or refused. */
async function closeFiles(index: AccountIndex, wal: WalFile | undefined, logger: Logger): Promise<void> {
  try {
    await wal?.close().finally(() => index.close());
    if (wal === undefined) index.close();
  } catch (error) {
    logger.warn({ err: error }, 'The files of an account could not be closed in order');
  }
}

/** False when there is no room for the note: the messages themselves are written. */
async function isNoted(writer: SegmentWriter, deliveries: readonly Delivery[]): Promise<boolean> {
  try {
    await writer.note(deliveries);
    return true;
  } catch {
    return false;
  }
}

/** After a failed flush the mark stays: then the next start looks what is there, as after a power cut. */
async function markClosed(core: AccountCore, noted: Pick<Facts, 'summarised' | 'freedOctets'>): Promise<void> {
  const { index, publication, writer, ledger, blobIds, quota, logger } = core;
  try {
    const full = await writer.close();
    if (publication.refusal) throw new Error('A flush has failed');
    index.transaction(() => {
      ledger.noteFull(full);
      index.facts.set('summarised', noted.summarised);
      index.facts.set('freedOctets', noted.freedOctets);
      index.facts.set('blobCeiling', blobIds.next);
      index.facts.set('usedOctets', quota.usage.octets);
      index.facts.set('usedMessages', quota.usage.messages);
      index.facts.set('open', 0);
    });
  } catch (error) {
    logger.warn({ err: error }, 'An account was not closed in order; its next start will check what was written last');
  }
}

async function findSegments(folder: string, files: FileLayer, index: AccountIndex): Promise<FoundSegment[]> {
  const states = index.segments.all();
  const found: FoundSegment[] = [];
  for (const number of segmentNumbers(await files.list(join(folder, SEGMENTS_FOLDER)))) {
    const octets = mayGrow(states.get(number)) ? await sizeOf(segmentPath(folder, number), files) : undefined;
    found.push({ number, octets });
  }
  return found;
}

async function sizeOf(path: string, files: FileLayer): Promise<number> {
  const file = await files.open(path, 'read');
  return await file.size().finally(() => file.close());
}

async function openWriter(
  folder: string,
  files: FileLayer,
  { growing, last }: SettledLedger = { growing: undefined, last: 0 },
  onStart: (number: number) => void,
): Promise<SegmentWriter> {
  const options = { folder, files, nextNumber: last + 1, onStart };
  if (growing === undefined) return new SegmentWriter(options);
  // Whole records end at a multiple of 8; a file that was cut by force may not.
  const end = Math.ceil(growing.octets / RECORD_ALIGNMENT) * RECORD_ALIGNMENT;
  const file = await files.open(segmentPath(folder, growing.number), 'write');
  return new SegmentWriter({ ...options, current: new SegmentFile(growing.number, file, end, end) });
}
