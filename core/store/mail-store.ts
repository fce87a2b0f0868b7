import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Activity, Pace } from '../base/activity.ts';
import type { Clock } from '../base/clock.ts';
import { Refused } from '../base/errors.ts';
import { activityLimits, storeLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import { type Random, systemRandom } from '../base/random.ts';
import { Uses } from '../base/uses.ts';
import type { AccountKind, MailStore, QuotaLimits, StoredAccount, Usage } from '../mail/ports.ts';
import { AccountCores } from './account-cores.ts';
import { DiskWatch } from './disk-watch.ts';
import { type DiskFault, explainDiskError } from './files/disk-errors.ts';
import type { FileLayer } from './files/file-layer.ts';
import { probe } from './files/probe.ts';
import { Removals } from './files/removals.ts';
import { systemFiles } from './files/system-files.ts';
import { IdleMailboxes } from './mailboxes/idle-mailboxes.ts';
import type { Compacted } from './maintenance/compactor.ts';
import type { Maintenance } from './maintenance/maintenance.ts';
import { MaintenanceThread } from './maintenance/maintenance-thread.ts';
import { type OpenedAccount, openAccount, type StoreParts } from './open-account.ts';
import { Reopenings } from './reopenings.ts';
import { IndexSchedule } from './search/index-schedule.ts';
import type { SearchRunner } from './search/search-tasks.ts';
import { SearchThread } from './search/search-thread.ts';
import { PackCache } from './summaries/pack-cache.ts';
import { usageAtRest } from './usage-at-rest.ts';

export interface MailStoreOptions {
  /** `<data>/mail`; made when it is missing. The caller holds the lock of the data folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random?: Random;
  /** For tests that watch or break the disk. */
  readonly files?: FileLayer;
  /** A thread of its own unless said otherwise. */
  readonly maintenance?: Maintenance;
  /** Likewise. */
  readonly search?: SearchRunner;
  /** A STORE on so many messages is a bulk change; storeLimits.bulkFlags unless said otherwise. */
  readonly bulkFlags?: number;
  /** What an account may hold, asked at every use; without limits unless said otherwise. */
  readonly quotaOf?: (accountId: string) => QuotaLimits;
  /** An account has reached 80, 90 or 100 per cent of that. Must not throw. */
  readonly onQuotaLevel?: (accountId: string, percent: number) => void;
  /**
   * The disk has failed to store mail of an account, for this reason: it takes no changes. Without a reason: it does
   * again. Must not throw.
   */
  readonly onTrouble?: (accountId: string, reason: string | undefined) => void;
  /**
   * The disk takes nothing, and why: mail can be read and not changed. Undefined: it takes what is written to it again.
   * Must not throw.
   */
  readonly onDisk?: (fault: DiskFault | undefined) => void;
  /**
   * The index of an account was verified, some seconds after it was opened; what is wrong with it, if anything: messages may
   * be missing. Must not throw.
   */
  readonly onVerified?: (accountId: string, finding: string | undefined) => void;
  /** A message of an account cannot be read: the disk has changed it. Must not throw. */
  readonly onDamaged?: (accountId: string) => void;
  /** Milliseconds between the two; storeLimits.verifyAfter unless said otherwise. */
  readonly verifyAfter?: number;
  /**
   * Mail of so many removed accounts is still on the disk, because another program has a file of it open; removing it is
   * tried again. Must not throw.
   */
  readonly onRemovedMail?: (accounts: number) => void;
  /** Who waits for the server: work in the background lets them go before. Nobody unless said otherwise. */
  readonly activity?: Activity;
  /** Milliseconds after which such an account is opened again; storeLimits.reopenAfter unless said otherwise. */
  readonly reopenAfter?: number;
  /** Milliseconds after which an account that nobody uses is closed; storeLimits.accountIdle unless said otherwise. */
  readonly accountIdle?: number;
}

export type ReopeningListener = (accountId: string, over: Promise<void>) => void;

/** The store as its server holds it. */
export interface RunningMailStore extends MailStore {
  /** Gives the space of all expunged messages of an account back, while it is in use. */
  compact(accountId: string): Promise<Compacted>;
  /**
   * What an account holds, without opening one that is not in use. Undefined: that cannot be told before it is opened.
   * Never rejects.
   */
  usage(accountId: string): Promise<Usage | undefined>;
  /**
   * An account whose disk had failed is about to be closed and opened again: whoever works with it has to leave. Returns
   * how to stop listening.
   * @param listener gets a promise that resolves when the account is open again, or could not be opened
   */
  onReopening(listener: ReopeningListener): () => void;
}

/** Opens the mail of all accounts. An account is opened when it is asked for, and closed when nobody has used it for a while. */
export async function openMailStore(options: MailStoreOptions): Promise<RunningMailStore> {
  const { files = systemFiles, random = systemRandom, activity = new Activity(), logger } = options;
  const { maintenance = new MaintenanceThread(), search = new SearchThread({ logger }).start() } = options;
  await files.makeFolder(options.folder);
  const parts = {
    ...options,
    files,
    random,
    idle: new IdleMailboxes(),
    cores: new AccountCores(),
    maintenance,
    packs: new PackCache(storeLimits.packCache),
    indexing: new IndexSchedule(search, logger, new Pace(activity, activityLimits.indexing)),
    summarising: new Pace(activity, activityLimits.summarising),
    verifying: new Pace(activity, activityLimits.summarising),
  };
  return new Store(options, parts);
}

/** Milliseconds between two looks whether an account is still in use. */
const LOOK_AGAIN = 50;

class Store implements RunningMailStore {
  readonly #folder: string;
  readonly #parts: StoreParts;
  readonly #accounts = new Map<string, Promise<OpenedAccount>>();
  /** Accounts that are being closed or removed: one of that name is opened again only after it. Never reject. */
  readonly #endings = new Map<string, Promise<void>>();
  readonly #uses: Uses;
  readonly #removals: Removals;
  readonly #reopenings: Reopenings;
  readonly #disk: DiskWatch;
  readonly #onReopening = new Set<ReopeningListener>();
  #closed = false;

  constructor(options: MailStoreOptions, parts: Omit<StoreParts, 'uses' | 'onFailure' | 'onDiskFault' | 'onFrozen'>) {
    const { folder, accountIdle = storeLimits.accountIdle, reopenAfter = storeLimits.reopenAfter } = options;
    this.#folder = folder;
    this.#uses = new Uses(accountIdle, (accountId) => void this.#closeUnused(accountId));
    this.#reopenings = new Reopenings({
      probe: (accountId) => probe(this.#accountFolder(accountId), parts.files),
      reopen: (accountId) => this.#reopen(accountId),
      onTrouble: options.onTrouble ?? (() => {}),
      logger: parts.logger,
      firstAfter: reopenAfter,
    });
    this.#disk = new DiskWatch({
      probe: () => probe(folder, parts.files, storeLimits.roomToWrite),
      reopen: (accountId) => this.#reopen(accountId),
      onDisk: options.onDisk ?? (() => {}),
      logger: parts.logger,
      every: reopenAfter,
    });
    this.#parts = {
      ...{ ...parts, uses: this.#uses },
      onFailure: (accountId, error) => this.#reopenings.failed(accountId, error),
      onDiskFault: (error) => this.#disk.refused(error),
      onFrozen: (accountId, error) => this.#disk.frozen(accountId, error),
    };
    this.#removals = new Removals({ ...parts, folder, onRemovedMail: options.onRemovedMail });
  }

  onReopening(listener: ReopeningListener): () => void {
    this.#onReopening.add(listener);
    return () => this.#onReopening.delete(listener);
  }

  async account(accountId: string, kind?: AccountKind): Promise<StoredAccount> {
    return (await this.#open(accountId, kind)).account;
  }

  hold(accountId: string): () => void {
    return this.#uses.take(accountId);
  }

  async compact(accountId: string): Promise<Compacted> {
    const release = this.hold(accountId);
    try {
      return await (await this.#open(accountId)).compact();
    } catch (error) {
      throw explainCompaction(explainDiskError(error));
    } finally {
      release();
    }
  }

  async usage(accountId: string): Promise<Usage | undefined> {
    await this.#endings.get(accountId);
    const opened = this.#accounts.get(accountId);
    if (opened !== undefined) return (await opened.catch(() => undefined))?.account.usage;
    return this.#closed ? undefined : usageAtRest(this.#accountFolder(accountId));
  }

  async #open(accountId: string, kind: AccountKind = 'personal'): Promise<OpenedAccount> {
    if (this.#closed) throw new Refused('UNAVAILABLE', 'The server is shutting down');
    this.#uses.touch(accountId);
    let opened = this.#accounts.get(accountId);
    if (!opened) {
      opened = this.#openAfterEnding(accountId, kind);
      this.#accounts.set(accountId, opened);
      // One that could not be opened is tried again when it is asked for again.
      opened.catch(() => this.#accounts.delete(accountId));
    }
    return opened;
  }

  async #openAfterEnding(accountId: string, kind: AccountKind): Promise<OpenedAccount> {
    await this.#endings.get(accountId);
    if (await this.#removals.isLeft(accountId))
      throw new Refused('UNAVAILABLE', 'Mail of a removed account is still being removed here; try again later');
    const place = { accountId, folder: this.#accountFolder(accountId), kind };
    return openAccount(place, this.#parts).catch((failure: unknown) => {
      throw explainDiskError(failure);
    });
  }

  /** Nobody has used the account for a while. What it does in the background is finished first. */
  async #closeUnused(accountId: string): Promise<void> {
    const opening = this.#accounts.get(accountId);
    const opened = await opening?.catch(() => undefined);
    if (opened === undefined || this.#closed || this.#accounts.get(accountId) !== opening) return;
    if (this.#uses.isUsed(accountId)) return;
    if (opened.busy) return this.#uses.touch(accountId);
    this.#accounts.delete(accountId);
    this.#disk.forget(accountId);
    await this.#ending(accountId, opened.close());
  }

  /** Closes an account although it may be in use, and opens it again. */
  async #reopen(accountId: string): Promise<void> {
    const opened = this.#accounts.get(accountId);
    const { promise: over, resolve } = Promise.withResolvers<void>();
    this.#accounts.delete(accountId);
    try {
      for (const listener of this.#onReopening) listener(accountId, over);
      await this.#ending(accountId, this.#closeUsed(accountId, opened));
      await this.#open(accountId);
    } finally {
      resolve();
    }
  }

  async #closeUsed(accountId: string, opening: Promise<OpenedAccount> | undefined): Promise<void> {
    const opened = await opening?.catch(() => undefined);
    const last = performance.now() + storeLimits.leaveBeforeReopening;
    while (this.#uses.isUsed(accountId) && performance.now() < last) await sleep(LOOK_AGAIN);
    await opened?.close();
  }

  async deleteAccount(accountId: string): Promise<void> {
    this.#accountFolder(accountId); // nothing else is ever noted
    this.#reopenings.forget(accountId);
    this.#disk.forget(accountId);
    const opened = this.#accounts.get(accountId);
    this.#accounts.delete(accountId);
    await this.#ending(accountId, this.#remove(accountId, opened, this.#endings.get(accountId)));
  }

  async #ending(accountId: string, work: Promise<void>): Promise<void> {
    const ended = work.catch(() => {});
    this.#endings.set(accountId, ended);
    try {
      await work;
    } finally {
      if (this.#endings.get(accountId) === ended) this.#endings.delete(accountId);
    }
  }

  async #remove(accountId: string, opened: Promise<OpenedAccount> | undefined, ending: Promise<void> | undefined) {
    await ending;
    // One that cannot be opened can be removed all the same.
    await (await opened?.catch(() => undefined))?.close();
    await this.#removals.remove(accountId);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#uses.close();
    this.#reopenings.close();
    this.#disk.close();
    const opened = await Promise.allSettled(this.#accounts.values());
    this.#accounts.clear();
    await Promise.all(opened.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
    await Promise.all([...this.#endings.values(), this.#removals.close()]);
    await Promise.all([this.#parts.maintenance.close(), this.#parts.indexing.close()]);
  }

  /** Account ids are made by us, from letters and digits; anything else would be a way out of the folder. */
  #accountFolder(accountId: string): string {
    if (!/^#?[A-Za-z0-9][A-Za-z0-9._-]*$/.test(accountId)) throw new RangeError(`Not an account id: ${accountId}`);
    return join(this.#folder, accountId);
  }
}

/** Who wants to make room by it must know that it takes some. */
function explainCompaction(error: unknown): unknown {
  if (!(error instanceof Refused) || error.code !== 'UNAVAILABLE') return error;
  const text =
    'The space of expunged messages cannot be given back now: what is kept is written before anything is removed';
  return new Refused('UNAVAILABLE', `${text}. ${error.message}`);
}
