import { join } from 'node:path';
import { storeLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import type { AccountCore } from '../account-core.ts';
import type { BlobRow } from '../index/blob-table.ts';
import { recordLength } from '../segments/record.ts';
import { SEGMENTS_FOLDER, segmentPath } from '../segments/segment-names.ts';
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
 * index changes over in one transaction, the old file goes. A power cut at any point leaves either the old segment or
 * the new one in use; recovery removes the other.
 */
export class Compactor {
  readonly #core: AccountCore;
  readonly #folder: string;
  #freed = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<Compacted> | undefined;
  #closed = false;

  constructor(core: AccountCore, folder: string) {
    this.#core = core;
    this.#folder = folder;
  }

  /** A run is under way or will begin soon. */
  get busy(): boolean {
    return this.#timer !== undefined || this.#running !== undefined;
  }

  /** Messages of so many octets are gone. When it adds up, their space is given back in a quiet moment. */
  freed(octets: number): void {
    this.#freed += octets;
    if (this.#freed < storeLimits.compactAfter || this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.run(storeLimits.deadShare).catch((error) => {
        this.#core.logger.warn(
          { error, folder: this.#folder },
          'The space of expunged messages could not be given back',
        );
      });
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
    return this.run(0);
  }

  /** Waits for the step under way. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running?.catch(() => {});
  }

  async #run(deadShare: number): Promise<Compacted> {
    const { index, maintenance, writer, blobIds } = this.#core;
    const database = index.database.path;
    const before = writer.firstOpen;
    // A message that is written to one of these segments and not yet in the index must not be taken for dead.
    await blobIds.settled();
    const plans = await maintenance.run('planCompaction', { database, before, deadShare });
    let octets = 0;
    let segments = 0;
    for (const batch of batches(plans)) {
      if (this.#closed) break;
      await this.#compact(batch);
      segments += batch.length;
      octets += batch.reduce((sum, plan) => sum + plan.deadOctets, 0);
    }
    if (segments > 0) this.#core.logger.info({ folder: this.#folder, segments, octets }, 'Gave space back');
    return { segments, octets };
  }

  /** Copies what lives in these segments into one new segment. */
  async #compact(plans: readonly SegmentPlan[]): Promise<void> {
    const { maintenance, places, readers, files } = this.#core;
    const segmentsFolder = join(this.#folder, SEGMENTS_FOLDER);
    const rows = plans.flatMap((plan) => plan.live);
    const dead = plans.flatMap((plan) => plan.dead);
    const segment = this.#core.writer.takeNumber();
    const moved = rows.length > 0 ? await maintenance.run('copyRecords', { folder: this.#folder, rows, segment }) : [];
    await files.flushFolder(segmentsFolder);
    await this.#changeOver(moved, dead);
    places.forgetAll();
    for (const plan of plans) {
      readers.drop(plan.segment);
      await files.remove(segmentPath(this.#folder, plan.segment));
    }
    await files.flushFolder(segmentsFolder);
    await maintenance.run('forgetBlobs', { folder: this.#folder, blobs: dead });
    this.#core.search.vanished();
  }

  #changeOver(moved: readonly BlobRow[], dead: readonly number[]): Promise<void> {
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
      return { value: undefined };
    });
  }
}

/** Segments that fit into one new segment together. */
function* batches(plans: readonly SegmentPlan[]): Generator<SegmentPlan[]> {
  let batch: SegmentPlan[] = [];
  let octets = 0;
  for (const plan of plans) {
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
