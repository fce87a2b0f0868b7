import type { Job } from '../../core/admin/contract.ts';
import { duration } from '../text/format.ts';
import { jobText } from '../text/transfer.ts';

/** How far it is, in whole percent; undefined while nobody knows how much there is to do. */
export function percentOf({ done, total }: Job): number | undefined {
  if (total === undefined) return undefined;
  // All of nothing is done.
  return total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100));
}

/** How far it is: `1,204 of 9,310 messages, 83 MB`. */
export function progressText(job: Job): string {
  const percent = percentOf(job);
  if (job.total === undefined || percent === undefined) return jobText.starting;
  if (job.kind !== 'import') return jobText.ofMessages(job.done, job.total, job.octets);
  return jobText.ofFile(job.transferred + job.duplicates, job.octets, percent);
}

/** The state in a word or two, for a list. */
export function stateText(job: Job): string {
  const percent = percentOf(job);
  if (job.state === 'running' && percent !== undefined) return jobText.running(percent);
  return job.state === 'done' && job.leftOut > 0 ? jobText.doneWithout : jobText.states[job.state];
}

/** What came of a job that has ended: a sentence each, the most important first. */
export function outcomeLines(job: Job): readonly string[] {
  const { kind, transferred, octets, duplicates, lineEndsChanged, notes, startedAt, endedAt } = job;
  return [
    jobText.transferred[kind](transferred, octets),
    ...(duplicates > 0 ? [jobText.duplicates(duplicates)] : []),
    ...(lineEndsChanged > 0 ? [jobText.lineEnds(lineEndsChanged)] : []),
    ...notes,
    ...(job.download === undefined ? [] : [jobText.waits(job.download.name, job.download.octets)]),
    ...(endedAt === undefined ? [] : [jobText.took(duration(Math.max(0, endedAt - startedAt)))]),
  ];
}

type Skipped = Job['skipped'][number];

/** What was skipped, with how many messages that are: `Calendar (5 messages)`. */
export function skippedWhat({ what, messages }: Skipped): string {
  return messages === undefined ? what : jobText.several(what, messages);
}

/** How many messages the list of what was skipped stands for. */
export function skippedCount(skipped: Job['skipped']): number {
  return skipped.reduce((sum, { messages = 1 }) => sum + messages, 0);
}

/** The list of what was skipped for a table or a letter: a line each, what and why with a tab between. */
export function skippedText(skipped: Job['skipped']): string {
  return skipped.map((one) => `${skippedWhat(one)}\t${one.why}`).join('\n');
}
