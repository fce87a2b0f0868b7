import type { JobKind } from '../../core/admin/contract.ts';

/** What a dialog is about: mail of a user that is to come or go, or a job that has begun. */
export type Transfer =
  | { readonly what: JobKind; readonly user: string }
  | { readonly what: 'job'; readonly job: number };
