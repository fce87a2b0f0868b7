import type { BlobRow } from '../index/blob-table.ts';

/** What the maintenance thread does for the store. Each task is short; long work is asked for in pieces. */
export interface Tasks {
  /** Copies what is committed from the -wal file into the database file, without waiting for anybody. */
  checkpoint(task: { readonly database: string }): CheckpointResult;
  /** Summarises messages and keeps the summaries in views.db. */
  summarise(task: { readonly folder: string; readonly blobs: readonly BlobRow[] }): void;
  /** Copies records into a new segment and flushes it. Returns where they lie now. */
  copyRecords(task: CopyRecords): BlobRow[];
  /** Closes what is open of an account. */
  closeAccount(task: { readonly folder: string }): void;
}

export interface CheckpointResult {
  /** Pages in the -wal file. */
  readonly pages: number;
  /** Those of them that are in the database file now. When all are, the next commit starts the -wal file over. */
  readonly done: number;
}

export interface CopyRecords {
  readonly folder: string;
  /** Rows of one or more segments, in the order wanted. */
  readonly rows: readonly BlobRow[];
  /** The number of the segment to write; its file must not exist. */
  readonly segment: number;
}

export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskResult<Name extends TaskName> = ReturnType<Tasks[Name]>;

/** To the thread. */
export interface TaskRequest {
  readonly id: number;
  readonly name: TaskName;
  readonly input: unknown;
}

/** Back from it. */
export type TaskReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: Error };
