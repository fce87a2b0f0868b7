import type { ContentCriterion } from '../../mail/search-criteria.ts';

/** What the search thread does for the store. Each task is short, so that a search never waits long. */
export interface SearchTasks {
  /** Opens the index of an account, so that the first search need not wait for that. */
  open(task: { readonly folder: string }): OpenReply;
  /** Says which messages of an account fit, as far as the index knows. */
  find(task: FindTask): FindReply;
  /** Looks into messages themselves, as many as it can in a short time. */
  scan(task: ScanTask): ScanReply;
  /** Takes some messages that are not in the index into it, and what is gone out of it. */
  index(task: IndexTask): IndexReply;
  /** Closes what is open of an account and forgets it. */
  close(task: { readonly folder: string }): void;
}

export interface OpenReply {
  /** Why the index had to be thrown away; then all is unknown. */
  readonly rebuilt: string | undefined;
}

export interface FindTask {
  /** Of the account. */
  readonly folder: string;
  readonly criterion: ContentCriterion;
  /** Ids of the messages asked about, ascending, each once. */
  readonly blobs: Float64Array;
}

/** What the index says of a message. */
export const UNKNOWN = 0;
export const FITS_NOT = 1;
export const FITS = 2;

export interface FindReply extends OpenReply {
  /** UNKNOWN, FITS_NOT or FITS for each of the blobs. */
  readonly verdicts: Uint8Array;
}

export interface ScanTask {
  readonly folder: string;
  readonly criterion: ContentCriterion;
  /** Ids of messages, ascending, each once. */
  readonly blobs: Float64Array;
  /** Nothing can be written where the account is, and nobody does. */
  readonly frozen?: boolean;
}

export interface ScanReply {
  /** FITS_NOT or FITS for the first of the blobs, at least for one; the rest is to be asked for again. */
  readonly verdicts: Uint8Array;
}

export interface IndexTask {
  readonly folder: string;
  /** Messages with lower ids are safe on the disk. Others may be undone by a power cut and their ids used again. */
  readonly below: number;
  /** Messages may have vanished since the last time: look which. */
  readonly vanished: boolean;
}

export interface IndexReply extends OpenReply {
  /** Messages that are still to be indexed. */
  readonly left: number;
}

export type TaskName = keyof SearchTasks;
export type TaskInput<Name extends TaskName> = Parameters<SearchTasks[Name]>[0];
export type TaskResult<Name extends TaskName> = ReturnType<SearchTasks[Name]>;

/** Who does these tasks: a thread, or in tests the caller's own. */
export interface SearchRunner {
  /** @throws what the task throws; Error when the thread cannot be had now. */
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>>;
  close(): Promise<void>;
}
