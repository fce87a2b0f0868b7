import { setTimeout } from 'node:timers/promises';
import type { Pace } from '../../base/activity.ts';
import { storeLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { Maintenance } from '../maintenance/maintenance.ts';
import type { BlobPlaces } from '../segments/blob-places.ts';

/**
 * Hands messages to the maintenance thread to be summarised, a few at a time, once deliveries have paused for a moment,
 * and as long as nobody waits for anything else: on a machine of two cores the thread would take from them what nobody asks
 * for yet.
 */
export class SummaryQueue {
  readonly #folder: string;
  readonly #places: BlobPlaces;
  readonly #maintenance: Maintenance;
  readonly #pace: Pace;
  readonly #logger: Logger;
  readonly #waiting = new Set<number>();
  #running: Promise<void> | undefined;
  #lastDelivery = 0;
  readonly #closing = new AbortController();

  /** @param pace of all accounts together */
  constructor(folder: string, places: BlobPlaces, maintenance: Maintenance, pace: Pace, logger: Logger) {
    this.#folder = folder;
    this.#places = places;
    this.#maintenance = maintenance;
    this.#pace = pace;
    this.#logger = logger;
  }

  add(blobs: readonly number[]): void {
    for (const blob of blobs) {
      // Beyond this they are summarised when somebody asks.
      if (this.#waiting.size < storeLimits.summaryQueue) this.#waiting.add(blob);
    }
    this.#lastDelivery = performance.now();
    if (!this.#closing.signal.aborted) this.#running ??= this.#run();
  }

  /** Goes on where the last run of the program left off. */
  resume(from: number, to: number): void {
    const first = Math.max(from, to - storeLimits.summaryQueue);
    this.add(Array.from({ length: Math.max(0, to - first) }, (_, i) => first + i));
  }

  /** The lowest of the blobs that wait; undefined when none does. */
  get lowestWaiting(): number | undefined {
    let lowest: number | undefined;
    for (const blob of this.#waiting) if (lowest === undefined || blob < lowest) lowest = blob;
    return lowest;
  }

  /** Whether summarising takes so long that the event loop should not wait for it. */
  isLarge(blob: number): boolean {
    return (this.#places.find(blob)?.size ?? 0) > storeLimits.largeMessage;
  }

  /** Has messages summarised at once. Never rejects; who does not find the summary then computes it. */
  async summariseNow(blobs: readonly number[]): Promise<void> {
    if (this.#closing.signal.aborted) return;
    await this.#summarise(blobs).catch((error) => this.#complain(error));
  }

  /** Waits for the task under way; the rest is summarised when somebody asks. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#untilQuiet();
      const { signal } = this.#closing;
      while (this.#waiting.size > 0 && !signal.aborted)
        await this.#pace.doInTurn(() => this.#summarise(this.#take()), signal);
    } catch (error) {
      // What waits when the queue is closed is remembered for the next start.
      if (this.#closing.signal.aborted) return;
      this.#complain(error);
      this.#waiting.clear();
    } finally {
      this.#running = undefined;
    }
  }

  /** Rejects when the queue is closed meanwhile. */
  async #untilQuiet(): Promise<void> {
    const overdue = performance.now() + storeLimits.summaryOverdue;
    for (;;) {
      const now = performance.now();
      const wait = Math.min(this.#lastDelivery + storeLimits.summaryQuiet, overdue) - now;
      if (wait <= 0) return;
      await setTimeout(wait, undefined, { ref: false, signal: this.#closing.signal });
    }
  }

  /** They are computed when somebody asks for them; nothing is lost but speed. */
  #complain(error: unknown): void {
    this.#logger.warn({ err: error, folder: this.#folder }, 'Could not keep the summaries of messages');
  }

  #take(): number[] {
    const blobs: number[] = [];
    for (const blob of this.#waiting) {
      blobs.push(blob);
      this.#waiting.delete(blob);
      if (blobs.length >= storeLimits.summariesPerTask) break;
    }
    return blobs;
  }

  async #summarise(blobs: readonly number[]): Promise<void> {
    const rows = blobs.map((blob) => this.#places.find(blob)).filter((row) => row !== undefined);
    await this.#maintenance.run('summarise', { folder: this.#folder, blobs: rows });
  }
}
