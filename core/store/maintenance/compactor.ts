import { join } from 'node:path';
import { storeLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import type { AccountCore } from '../account-core.ts';
import type { BlobRow } from '../index/blob-table.ts';
import { recordLength } from '../segments/record.ts';
import { SEGMENTS_FOLDER } from '../segments/segment-names.ts';
import { copyRecords, DamagedSegment } from './copy-records.ts';
import { removeSegments } from './remove-segments.ts';
import type { SegmentPlan } from './tasks.ts';

/** What compaction has done. */
export interface Compacted {
  /** Segments that were given up. */
  readonly segments: number;
  /** Octets the disk got back. */
  readonly octets: number;
}

/**
 * Gives the space of expunged messages back, segment by segment: what lives is copied to a new segment and flushed, the
 * index changes over in one transaction, the old file goes. The ledger says at every moment which of the files is of no use
 * (index/segment-table.ts), so a power cut, a full disk or a file that cannot be removed leaves nothing behind for good.
 */
export class Compactor {
  readonly #core: AccountCore;
  readonly #folder: string;
  #freed: number;
  #timer: NodeJS.Timeout | undefined;
  #removal: NodeJS.Timeout | undefined;
  #removing: Promise<void> | undefined;
  /** How often the removal has failed in a row. */
  #notRemoved = 0;
  #running: Promise<Compacted> | undefined;
  /** Segments that could not be copied as they are; they are left alone until the next start. */
  readonly #damaged = new Set<number>();
  /** The segment that is being written. A copy that is not was given up before it was finished. */
  #copying: number | undefined;
  readonly #closing = new AbortController();

  /** @param freed octets of messages that are gone since the last run */
  constructor(core: AccountCore, folder: string, freed: number) {
    this.#core = core;
    this.#folder = folder;
    this.#freed = freed;
  }

  /** A run is under way or will begin soon. */
  get busy(): boolean {
    return this.#timer !== undefined || this.#running !== undefined;
  }

  /** Octets of messages that are gone since the last run. */
  get waiting(): number {
    return this.#freed;
  }

  /** Messages of so many octets are gone. When it adds up, their space is given back in a quiet moment. */
  freed(octets: number): void {
    this.#freed += octets;
    if (this.#freed < storeLimits.compactAfter || this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.run(storeLimits.deadShare).catch((error) => this.#complain(error));
    }, storeLimits.compactDelay).unref();
  }

  /** Compacts segments with at least this share of dead octets (0 … 1). One run at a time. */
  async run(deadShare: number): Promise<Compacted> {
    while (this.#running) await this.#running.catch(() => {});
    if (this.#closed) return { segments: 0, octets: 0 };
    this.#freed = 0;
    this.#running = this.#run(deadShare).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The same for everything that was ever expunged, the segment that still grows included. */
  async runOnAll(): Promise<Compacted> {
    await this.#core.writer.roll();
    // Closes the segment's file, and makes sure that what is copied was promised.
    await this.#core.publication.flushNow();
    await this.#core.ledger.settled();
    return this.run(0);
  }

  /** Removes the files of segments that were given up. What cannot be removed now is tried again. */
  removeGivenUp(): void {
    clearTimeout(this.#removal);
    this.#removal = undefined;
    if (this.#closed) return;
    this.#removing ??= this.#removeGivenUp()
      .then(() => {
        this.#notRemoved = 0;
      })
      .catch((error) => {
        if (this.#notRemoved++ % storeLimits.remindEvery === 0) this.#complain(error);
        this.#removal ??= setTimeout(() => this.removeGivenUp(), storeLimits.removeAgain).unref();
      })
      .finally(() => {
        this.#removing = undefined;
      });
  }

  /** Waits for the step under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#removal);
    await this.#running?.catch(() => {});
    await this.#removing;
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  #complain(error: unknown): void {
    if (this.#closed) return;
    this.#core.logger.warn(
      { err: error, folder: this.#folder },
      'The space of expunged messages could not be given back',
    );
  }

  async #run(deadShare: number): Promise<Compacted> {
    const { index, maintenance } = this.#core;
    const full = index.segments.in('full').filter((number) => !this.#damaged.has(number));
    const task = { database: index.database.path, segments: full, deadShare };
    const plans = await maintenance.run('planCompaction', task);
    let octets = 0;
    let segments = 0;
    try {
      for (const batch of batches(plans)) {
        const compacted = await this.#compactSound(batch);
        segments += compacted.length;
        octets += compacted.reduce((sum, plan) => sum + plan.deadOctets, 0);
      }
    } finally {
      await this.#removing;
      this.removeGivenUp();
      await this.#removing;
    }
    if (segments > 0) this.#core.logger.info({ folder: this.#folder, segments, octets }, 'Gave space back');
    return { segments, octets };
  }

  /** Compacts those of the segments that are not found to be damaged. Returns which. */
  async #compactSound(plans: readonly SegmentPlan[]): Promise<readonly SegmentPlan[]> {
    for (let left = plans; left.length > 0 && !this.#closed; ) {
      if (await this.#compact(left)) return left;
      left = left.filter(({ segment }) => !this.#damaged.has(segment));
    }
    return [];
  }

  /** Copies what lives in these segments into one new segment. False: one is damaged, or the account is being closed. */
  async #compact(plans: readonly SegmentPlan[]): Promise<boolean> {
    const { places, readers, maintenance, search } = this.#core;
    const rows = plans.flatMap((plan) => plan.live);
    const dead = plans.flatMap((plan) => plan.dead);
    const copy = rows.length > 0 ? this.#core.writer.takeNumber() : undefined;
    const moved = copy === undefined ? [] : await this.#copy(rows, copy);
    if (moved === undefined) return false;
    await this.#changeOver(plans, copy, moved, dead);
    places.forgetAll();
    for (const { segment } of plans) readers.drop(segment);
    search.vanished();
    // Derived, and dropped by ids that never come again: whatever it misses does no harm.
    await maintenance.run('forgetBlobs', { folder: this.#folder, blobs: dead }).catch((error) => this.#complain(error));
    return true;
  }

  /** Undefined when a record is damaged, or the account is being closed; then nothing of the copy is left. */
  async #copy(rows: readonly BlobRow[], segment: number): Promise<readonly BlobRow[] | undefined> {
    const { committer, index, files, readers } = this.#core;
    // On the disk before the file is: one that the ledger does not know would count as one that grows.
    await committer.durably(() => ({ value: index.segments.set(segment, 'copy') }));
    this.#copying = segment;
    try {
      const { signal } = this.#closing;
      const moved = await copyRecords({ folder: this.#folder, files, readers, rows, segment, signal });
      await files.flushFolder(join(this.#folder, SEGMENTS_FOLDER));
      return moved;
    } catch (error) {
      if (error instanceof DamagedSegment) this.#damaged.add(error.segment);
      else if (!this.#closed) throw error;
      this.#complain(error);
      return undefined;
    } finally {
      this.#copying = undefined;
    }
  }

  #changeOver(
    plans: readonly SegmentPlan[],
    copy: number | undefined,
    moved: readonly BlobRow[],
    dead: readonly number[],
  ): Promise<void> {
    const { committer, index } = this.#core;
    return committer.durablyInSlices(async () => {
      const slice = new Slice();
      for (const row of moved) {
        index.blobs.move(row.id, row.segment, row.offset);
        await slice.rest();
      }
      for (const id of dead) {
        index.blobs.delete(id);
        await slice.rest();
      }
      if (copy !== undefined) index.segments.set(copy, 'full');
      for (const { segment } of plans) index.segments.set(segment, 'givenUp');
      return { value: undefined };
    });
  }

  async #removeGivenUp(): Promise<void> {
    const { index, committer, files, readers } = this.#core;
    const numbers = index.segments.in('givenUp', 'copy').filter((number) => number !== this.#copying);
    if (numbers.length === 0) return;
    for (const number of numbers) readers.drop(number);
    const gone = await removeSegments(this.#folder, files, numbers, this.#closing.signal);
    await committer.quickly(async () => ({ value: gone.forEach((number) => void index.segments.forget(number)) }));
    if (gone.length < numbers.length)
      throw new Error(`${numbers.length - gone.length} segments could not be removed yet`);
  }
}

/** Segments that fit into one new segment together. Those that are dead altogether go first: they need no room. */
function* batches(plans: readonly SegmentPlan[]): Generator<SegmentPlan[]> {
  const dead = plans.filter(({ live }) => live.length === 0);
  if (dead.length > 0) yield dead;
  let batch: SegmentPlan[] = [];
  let octets = 0;
  for (const plan of plans.filter(({ live }) => live.length > 0)) {
    const live = plan.live.reduce((sum, row) => sum + recordLength(row.size), 0);
    if (batch.length > 0 && octets + live > storeLimits.segment) {
      yield batch;
      batch = [];
      octets = 0;
    }
    batch.push(plan);
    octets += live;
  }
  if (batch.length > 0) yield batch;
}
