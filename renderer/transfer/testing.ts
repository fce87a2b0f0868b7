import type { Job } from '../../core/admin/contract.ts';

/** A job as the server tells of it, for tests. */
export function jobOf(values: Partial<Job> = {}): Job {
  const counts = { done: 0, octets: 0, transferred: 0, duplicates: 0, leftOut: 0, lineEndsChanged: 0 };
  const rest = { startedAt: 1_000, skipped: [], notes: [] };
  return { id: 1, kind: 'import', user: 'karen', state: 'running', ...counts, ...rest, ...values };
}
