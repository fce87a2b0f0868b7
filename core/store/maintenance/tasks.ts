import type { BlobRow } from '../index/blob-table.ts';

/** What the maintenance thread does for the store. Each task is short; long work is asked for in pieces. */
export interface Tasks {
  /** Copies what is committed from the -wal file into the database file, without waiting for anybody. */
  checkpoint(task: { readonly database: string }): CheckpointResult;
  /** Summarises messages and keeps the summaries in views.db. */
  summarise(task: { readonly folder: string; readonly blobs: readonly BlobRow[] }): void;
  /** Says which segments have so much dead space that copying the rest is worth it. */
  planCompaction(task: PlanCompaction): SegmentPlan[];
  /** Says what is wrong with the pages of an index; undefined: nothing. */
  verifyIndex(task: { readonly database: string }): string | undefined;
  /** Drops what is kept of messages that are gone for good. */
  forgetBlobs(task: { readonly folder: string; readonly blobs: readonly number[] }): void;
  /** Closes what is open of an account. */
  closeAccount(task: { readonly folder: string }): void;
}

export interface CheckpointResult {
  /** Pages in the -wal file when it began. */
  readonly pages: number;
  /** Those of them that are in the database file now. When all are, and no more came, the next commit starts it over. */
  readonly done: number;
}

export interface PlanCompaction {
  readonly database: string;
  /** Those that may be compacted. */
  readonly segments: readonly number[];
  /** 0 … 1: a segment with a smaller share of dead octets is left alone. */
  readonly deadShare: number;
}

/** A segment that is to be given up. */
export interface SegmentPlan {
  readonly segment: number;
  /** What some message refers to, in the order of the file. */
  readonly live: readonly BlobRow[];
  /** Ids of what no message refers to. Nothing can refer to it again: COPY starts from a message. */
  readonly dead: readonly number[];
  readonly deadOctets: number;
}

export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskResult<Name extends TaskName> = ReturnType<Tasks[Name]>;
