import type { Clock } from '../base/clock.ts';
import { jobLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { systemRefusal } from '../base/system-refusal.ts';
import type { Job, JobKind } from './contract.ts';
import type { AdminMail } from './dependencies.ts';
import { AdminFailure, adminErrorOf } from './failure.ts';
import { JobRecord, type JobWatch } from './job-record.ts';

/** Whose mail a job works on. */
export interface JobUser {
  readonly name: string;
  readonly accountId: string;
}

type Work = (watch: JobWatch) => Promise<void>;

interface Entry {
  readonly record: JobRecord;
  readonly accountId: string;
  /** Resolves when it has ended, however it did. */
  readonly ended: Promise<void>;
}

interface JobsDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly mail: Pick<AdminMail, 'hold'>;
}

/** Long work: what runs, what became of what ran, and how to end it. */
export class Jobs {
  readonly #dependencies: JobsDependencies;
  /** By id, the oldest first. */
  readonly #entries = new Map<number, Entry>();
  readonly #listeners = new Set<() => void>();
  #lastId = 0;
  #closed = false;

  constructor(dependencies: JobsDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * @param work ends soon after its watch's signal was aborted
   * @param cleanUp runs at the end, however it came, also when the work never began
   * @returns the job's id; it runs from now on
   * @throws AdminFailure refused when too many run
   */
  start(kind: JobKind, user: JobUser, work: Work, cleanUp = async (): Promise<void> => {}): number {
    if (this.#closed) throw new AdminFailure('refused', 'The server is shutting down');
    if (this.#running().length >= jobLimits.running) {
      throw new AdminFailure('refused', `${jobLimits.running} jobs run already; wait for one to end, or cancel one`);
    }
    const { clock, logger, mail } = this.#dependencies;
    const id = ++this.#lastId;
    const record = new JobRecord({ id, kind, user: user.name, startedAt: clock.now() }, () => this.#tell());
    logger.info({ job: id, kind, user: user.name }, 'a job has begun');
    // The caller gets its answer before the work begins.
    const release = mail.hold(user.accountId);
    const ended = Promise.resolve()
      .then(() => this.#run(record, work, cleanUp))
      .finally(release);
    this.#entries.set(id, { record, accountId: user.accountId, ended });
    this.#tell();
    return id;
  }

  /** The oldest first. */
  list(): readonly Job[] {
    return [...this.#entries.values()].map(({ record }) => record.info);
  }

  /** @throws AdminFailure notFound */
  get(id: number): Job {
    return this.#need(id).record.info;
  }

  /** It ends soon; one that has ended stays as it ended. @throws AdminFailure notFound */
  cancel(id: number): void {
    this.#need(id).record.cancel();
  }

  /** A link to what an export wrote. @throws AdminFailure notFound */
  linkOf(id: number): string {
    const { download } = this.#need(id).record;
    if (download !== undefined) return download.link();
    throw new AdminFailure('notFound', 'There is nothing to be fetched any more. Export it once more', 'id');
  }

  /** Ends what works on an account, and waits for it. */
  async endThoseOf(accountId: string): Promise<void> {
    await this.#end(this.#running().filter((entry) => entry.accountId === accountId));
  }

  /** Called often. Returns how to stop listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends all, and waits for them. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end(this.#running());
    this.#listeners.clear();
  }

  async #end(entries: readonly Entry[]): Promise<void> {
    for (const { record } of entries) record.cancel();
    await Promise.all(entries.map(({ ended }) => ended));
  }

  async #run(record: JobRecord, work: Work, cleanUp: () => Promise<void>): Promise<void> {
    const { clock, logger } = this.#dependencies;
    try {
      record.signal.throwIfAborted();
      await work(record);
      record.end('done', clock.now());
    } catch (failure) {
      if (record.signal.aborted) record.end('cancelled', clock.now());
      else record.end('failed', clock.now(), this.#textOf(failure, record.info.id));
    }
    await cleanUp().catch((err: unknown) => logger.error({ err }, 'what a job needed for a while stays on the disk'));
    const { id, state, transferred, duplicates, leftOut, error } = record.info;
    logger.info({ job: id, state, transferred, duplicates, leftOut, error }, 'a job has ended');
    this.#forget();
  }

  #textOf(failure: unknown, job: number): string {
    const told = adminErrorOf(failure)?.message ?? systemRefusal(failure);
    if (told !== undefined) return told;
    const reference = Buffer.from(this.#dependencies.random(6)).toString('hex');
    this.#dependencies.logger.error({ err: failure, reference, job }, 'a job failed through a bug');
    return `This is a bug of ours. The log has more under ${reference}; please report it`;
  }

  #running(): readonly Entry[] {
    return [...this.#entries.values()].filter(({ record }) => record.running);
  }

  #forget(): void {
    const ended = [...this.#entries].filter(([, { record }]) => !record.running);
    for (const [id] of ended.slice(0, Math.max(0, ended.length - jobLimits.remembered))) this.#entries.delete(id);
  }

  #need(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new AdminFailure('notFound', `There is no job ${id}, or it ended long ago`, 'id');
    return entry;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
