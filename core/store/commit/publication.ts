import { Refused } from '../../base/errors.ts';
import { storeLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { Delivery } from '../segments/delivery-note.ts';

/** A change that is committed to the index and waits for its flush. */
interface Pending {
  /** Makes the change visible to sessions. Gets the number of the commit. */
  readonly publish: (commit: number) => void;
  readonly settle: (error?: unknown) => void;
  /** Undefined: the change is more than a delivery. */
  readonly delivery: Delivery | undefined;
}

/**
 * Makes all that was committed before the call durable.
 * @param deliveries all that was committed since the flush before, where it was nothing else
 */
export type Flush = (deliveries: readonly Delivery[] | undefined) => Promise<void>;

/**
 * The way from a committed change to a published one: flush, then publish, in the order of the commits. What sessions
 * see is therefore always a beginning of the commit history that a power cut cannot undo.
 *
 * One flush runs at a time and covers all that was committed before it began; who comes meanwhile shares the next one.
 */
export class Publication {
  readonly #flush: Flush;
  readonly #logger: Logger;
  readonly #onFailure: (error: unknown) => void;
  #pending: Pending[] = [];
  #running: Promise<void> | undefined;
  #committed = 0;
  #published = 0;
  #failure: Refused | undefined;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param onFailure called once, when a flush has failed; must not throw
   * @param refusal why nothing can be written from the beginning
   */
  constructor(flush: Flush, logger: Logger, onFailure: (error: unknown) => void, refusal?: Refused) {
    this.#flush = flush;
    this.#logger = logger;
    this.#onFailure = onFailure;
    this.#failure = refusal;
  }

  /** The number of the latest commit that is to be published. */
  get committed(): number {
    return this.#committed;
  }

  /**
   * @throws Refused UNAVAILABLE after a flush has failed: nothing may be promised any more (the disk is unreliable); and
   *   when the account is being closed.
   */
  assertWritable(): void {
    if (this.#failure) throw this.#failure;
    if (this.#closed) throw new Refused('UNAVAILABLE', 'The account is being closed');
  }

  /** Why nothing can be written until the account is opened again: a flush has failed, or the disk took nothing then. */
  get refusal(): Refused | undefined {
    return this.#failure;
  }

  /**
   * To be called right after the commit, before anything else is committed. Resolves once published.
   * @param delivery what the commit was, when it was nothing but a delivery
   */
  add(publish: (commit: number) => void, delivery?: Delivery): Promise<void> {
    this.assertWritable();
    return new Promise<void>((resolve, reject) => {
      this.#committed++;
      this.#pending.push({ publish, delivery, settle: (error) => (error === undefined ? resolve() : reject(error)) });
      this.#start();
    });
  }

  /** Resolves once commit number `commit` is published. */
  async reached(commit: number): Promise<void> {
    while (this.#published < commit) {
      if (this.#failure) throw this.#failure;
      await this.#running;
    }
  }

  /** Makes all that is committed durable. Rejects where `add` throws. */
  async flushNow(): Promise<void> {
    await this.add(() => {});
  }

  /** Makes what was committed without waiting for it (flag changes) durable within a moment. */
  flushSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A failure is in the log, and every later change is refused with it.
      this.flushNow().catch(() => {});
    }, storeLimits.flagFlush).unref();
  }

  /** Resolves when nothing is under way. Never rejects. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Takes no more changes, and flushes what is left. Never rejects: a failure is in the log. */
  async close(): Promise<void> {
    this.#forgetSoon();
    const flushed = this.#failure ? undefined : this.flushNow();
    this.#closed = true;
    await flushed?.catch(() => {});
    await this.idle();
  }

  #forgetSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      // One turn of the microtask queue: commits made in the same breath share the flush that is about to begin.
      await undefined;
      const batch = this.#pending;
      this.#pending = [];
      const deliveries = deliveriesOf(batch);
      if (deliveries === undefined) this.#forgetSoon(); // this flush covers it
      try {
        await this.#flush(deliveries);
      } catch (error) {
        this.#fail(error, batch);
        break;
      }
      for (const one of batch) this.#publish(one);
      for (const one of batch) one.settle();
    }
    // In the same breath as the last look: a change that came between the two would wait for ever.
    this.#running = undefined;
  }

  #publish(one: Pending): void {
    try {
      one.publish(++this.#published);
    } catch (error) {
      // A bug of ours. The change itself is safe on the disk, and those behind it must not wait for ever.
      this.#logger.error({ err: error }, 'A committed change could not be shown to the sessions of its mailbox');
    }
  }

  /**
   * After a failed fdatasync the kernel may have dropped the very pages it could not write, and a second call would
   * say that all is well. So the account takes no more changes until it is opened again and its recovery has looked.
   */
  #fail(error: unknown, batch: readonly Pending[]): void {
    this.#failure = new Refused('UNAVAILABLE', 'The disk failed to store mail; the server tries again in some minutes');
    this.#forgetSoon();
    this.#logger.error({ err: error }, 'A flush failed: this account takes no changes until it was opened again');
    for (const one of [...batch, ...this.#pending]) one.settle(this.#failure);
    this.#pending = [];
    this.#onFailure(error);
  }
}

function deliveriesOf(batch: readonly Pending[]): readonly Delivery[] | undefined {
  const deliveries = batch.flatMap(({ delivery }) => delivery ?? []);
  return deliveries.length === batch.length ? deliveries : undefined;
}
