import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { INITIAL_MAILBOXES } from '../mail/special-use.ts';
import { Account } from './account.ts';
import type { AccountCore } from './account-core.ts';
import { Committer } from './commit/committer.ts';
import { Publication } from './commit/publication.ts';
import type { FileLayer } from './files/file-layer.ts';
import { AccountIndex } from './index/account-index.ts';
import { WalFile } from './index/wal-file.ts';
import { added, insertMailboxes } from './mailboxes/create-mailbox.ts';
import type { IdleMailboxes } from './mailboxes/idle-mailboxes.ts';
import { LiveMailboxes } from './mailboxes/live-mailboxes.ts';
import { INBOX } from './mailboxes/mailbox-names.ts';
import { MailboxRecord } from './mailboxes/mailbox-record.ts';
import { MailboxList, MailboxTree } from './mailboxes/mailbox-tree.ts';
import { Checkpointer } from './maintenance/checkpointer.ts';
import type { Maintenance } from './maintenance/maintenance.ts';
import { ScanSearch } from './search/scan-search.ts';
import { BlobIds } from './segments/blob-ids.ts';
import { BlobPlaces } from './segments/blob-places.ts';
import { ContentReader } from './segments/content-reader.ts';
import { SEGMENTS_FOLDER, segmentNumbers } from './segments/segment-names.ts';
import { SegmentReaders } from './segments/segment-readers.ts';
import { SegmentWriter } from './segments/segment-writer.ts';
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
}

export interface OpenedAccount {
  readonly account: Account;
  /** Flushes and closes the files. Never rejects. */
  close(): Promise<void>;
}

export async function openAccount(folder: string, parts: StoreParts): Promise<OpenedAccount> {
  const { files, logger, maintenance } = parts;
  await files.makeFolder(join(folder, SEGMENTS_FOLDER));
  const numbers = segmentNumbers(await files.list(join(folder, SEGMENTS_FOLDER)));
  const path = join(folder, 'index.db');
  const index = new AccountIndex(path);
  index.transaction(() => index.facts.set('open', 1));
  const wal = await WalFile.open(path, files);
  await files.flushFolder(folder);
  const writer = new SegmentWriter({ folder, files, nextNumber: (numbers.at(-1) ?? 0) + 1 });
  const publication = new Publication(async () => {
    await Promise.all([writer.flush(), wal.flush()]);
  }, logger);
  const blobIds = new BlobIds(Math.max(index.facts.get('blobCeiling') ?? 1, index.blobs.highest() + 1));
  const checkpointer = new Checkpointer({ index, blobIds, maintenance, logger });
  const committer: Committer = new Committer(index, publication, () => checkpointer.committed(committer));
  const places = new BlobPlaces(index.blobs);
  const readers = new SegmentReaders(folder, files);
  const reader = new ContentReader(places, readers, logger);
  const queue = new SummaryQueue(folder, places, maintenance, logger);
  const summaries = new Summaries(folder, reader, queue);
  const core: AccountCore = {
    ...parts,
    index,
    publication,
    committer,
    tree: new MailboxTree([]),
    list: new MailboxList(),
    subscriptions: new Set(index.subscriptions.all()),
    live: new LiveMailboxes({ index, committer, publication, idle: parts.idle }),
    blobIds,
    places,
    writer,
    reader,
    summaries,
    search: new ScanSearch(reader, summaries),
  };
  await makeInitialMailboxes(core);
  return {
    account: new Account(core),
    async close() {
      await queue.close();
      await publication.close();
      await writer.close();
      await checkpointer.close(committer);
      await maintenance.run('closeAccount', { folder });
      summaries.close();
      index.transaction(() => index.facts.set('open', 0));
      core.live.forgetAll();
      readers.close();
      await wal.close();
      index.close();
    },
  };
}

/** Shows what the index has; a new account gets INBOX and those that every mail client looks for. */
async function makeInitialMailboxes(core: AccountCore): Promise<void> {
  const rows = core.index.mailboxes.all();
  if (rows.length > 0) {
    const records = rows.map((row) => new MailboxRecord(row));
    core.tree.add(records);
    for (const record of records) core.list.set(record.id, record.entry);
    return;
  }
  const initial = [
    { name: INBOX, specialUse: [] },
    ...INITIAL_MAILBOXES.map(({ name, specialUse }) => ({ name, specialUse: [specialUse] })),
  ];
  await core.committer.durably(() => {
    // Some clients show only what is subscribed.
    for (const { name } of initial) core.index.subscriptions.set(name, true);
    for (const { name } of initial) core.subscriptions.add(name);
    return { value: undefined, ...added(core, insertMailboxes(core, initial)) };
  });
}
