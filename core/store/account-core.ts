import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { AccountKind } from '../mail/ports.ts';
import type { AccountCores } from './account-cores.ts';
import type { Committer } from './commit/committer.ts';
import type { Publication } from './commit/publication.ts';
import type { FileLayer } from './files/file-layer.ts';
import type { AccountIndex } from './index/account-index.ts';
import type { LiveMailboxes } from './mailboxes/live-mailboxes.ts';
import type { MailboxList, MailboxTree } from './mailboxes/mailbox-tree.ts';
import type { ViewedMailboxes } from './mailboxes/viewed-mailboxes.ts';
import type { Maintenance } from './maintenance/maintenance.ts';
import type { FlagSettler } from './messages/settle-flags.ts';
import type { Quota } from './quota.ts';
import type { ContentSearch } from './search/content-search.ts';
import type { BlobIds } from './segments/blob-ids.ts';
import type { BlobPlaces } from './segments/blob-places.ts';
import type { ContentReader } from './segments/content-reader.ts';
import type { SegmentLedger } from './segments/segment-ledger.ts';
import type { SegmentReaders } from './segments/segment-readers.ts';
import type { SegmentWriter } from './segments/segment-writer.ts';
import type { Summaries } from './summaries/summaries.ts';

/** The parts of an open account, for the operations in mailboxes/ and messages/. */
export interface AccountCore {
  readonly kind: AccountKind;
  /** Of all open accounts of the store. */
  readonly cores: AccountCores;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly index: AccountIndex;
  readonly publication: Publication;
  readonly committer: Committer;
  /** Committed mailboxes. */
  readonly tree: MailboxTree;
  /** Published mailboxes. */
  readonly list: MailboxList;
  /** Published names; replaced as a whole. */
  readonly subscriptions: Set<string>;
  readonly live: LiveMailboxes;
  readonly views: ViewedMailboxes;
  readonly flagSettler: FlagSettler;
  readonly quota: Quota;
  readonly blobIds: BlobIds;
  readonly places: BlobPlaces;
  readonly writer: SegmentWriter;
  readonly ledger: SegmentLedger;
  readonly reader: ContentReader;
  readonly readers: SegmentReaders;
  readonly files: FileLayer;
  readonly maintenance: Maintenance;
  readonly summaries: Summaries;
  readonly search: ContentSearch;
  /** Is told the octets of messages that are gone. */
  readonly freed: (octets: number) => void;
  /** What the disk has thrown at a write as a refusal that says so, which is told; any other error as it is. */
  readonly explain: (error: unknown) => unknown;
  /** Keeps the account open until the function returned is called. */
  readonly use: () => () => void;
}
