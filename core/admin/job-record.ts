import { jobLimits } from '../base/limits.ts';
import type { TransferWatch } from '../transfer/watch.ts';
import type { Job, JobKind } from './contract.ts';
import type { Download } from './files/downloads.ts';

export interface JobStart {
  readonly id: number;
  readonly kind: JobKind;
  readonly user: string;
  readonly startedAt: number;
}

/** What a job tells of itself. */
export interface JobWatch extends TransferWatch {
  /** Something waits to be fetched. */
  offer(download: Download): void;
}

/** What is known of a job: told by the transfer, shown to the administrator. All lists are bounded. */
export class JobRecord implements JobWatch {
  readonly #start: JobStart;
  readonly #changed: () => void;
  readonly #abort = new AbortController();
  readonly #skipped: Job['skipped'][number][] = [];
  readonly #notes: string[] = [];
  readonly #counts = { done: 0, octets: 0, transferred: 0, duplicates: 0, leftOut: 0, lineEndsChanged: 0 };
  #total: number | undefined;
  #download: Download | undefined;
  #end: Pick<Job, 'state' | 'endedAt' | 'error'> = { state: 'running' };

  constructor(start: JobStart, changed: () => void) {
    this.#start = start;
    this.#changed = changed;
  }

  /** As it is at this moment. */
  get info(): Job {
    const total = this.#total === undefined ? {} : { total: this.#total };
    const lists = { skipped: [...this.#skipped], notes: [...this.#notes] };
    return { ...this.#start, ...this.#counts, ...total, ...lists, ...this.#end, ...this.#offered };
  }

  /** What can be fetched at this moment. */
  get download(): Download | undefined {
    return this.#download?.isGone === false ? this.#download : undefined;
  }

  get #offered(): Pick<Job, 'download'> {
    if (this.download === undefined) return {};
    const { name, octets } = this.download;
    return { download: { name, octets } };
  }

  get running(): boolean {
    return this.#end.state === 'running';
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  cancel(): void {
    this.#abort.abort();
  }

  end(state: Exclude<Job['state'], 'running'>, endedAt: number, error?: string): void {
    this.#end = error === undefined ? { state, endedAt } : { state, endedAt, error };
    this.#changed();
  }

  expect(more: number): void {
    this.#total = (this.#total ?? 0) + more;
    this.#changed();
  }

  done(done: number): void {
    this.#counts.done = done;
    this.#changed();
  }

  transferred(messages: number, octets: number): void {
    this.#counts.transferred += messages;
    this.#counts.octets += octets;
    this.#changed();
  }

  lineEndsChanged(messages: number): void {
    this.#counts.lineEndsChanged += messages;
  }

  duplicate(): void {
    this.#counts.duplicates++;
    this.#changed();
  }

  skipped(what: string, why: string, messages = 1): void {
    this.#counts.leftOut += messages;
    const row = { what: bounded(what), why: bounded(why), ...(messages === 1 ? {} : { messages }) };
    if (this.#skipped.length < jobLimits.skipped) this.#skipped.push(row);
    this.#changed();
  }

  offer(download: Download): void {
    this.#download = download;
    this.#changed();
  }

  note(text: string): void {
    if (this.#notes.length < jobLimits.notes) this.#notes.push(bounded(text));
    this.#changed();
  }
}

function bounded(text: string): string {
  return text.length > jobLimits.text ? `${text.slice(0, jobLimits.text - 1)}…` : text;
}
