import { describe, expect, it } from 'vitest';
import { outcomeLines, progressText, skippedCount, skippedText, stateText } from './job-text.ts';
import { jobOf } from './testing.ts';

describe('how far a job is', () => {
  it('is told in messages where they are known, and in parts of the files where they are not: octets are no messages', () => {
    const octets = 83_000_000;
    expect(progressText(jobOf({ kind: 'export', done: 1_204, total: 9_310, octets }))).toBe(
      '1,204 of 9,310 messages, 83 MB',
    );
    expect(progressText(jobOf({ done: 41_500_000, total: 83_000_000, transferred: 1, duplicates: 2, octets }))).toBe(
      '3 messages, 83 MB (50 % of the files read)',
    );
    expect(progressText(jobOf())).toBe('Looking at what there is to do…');
  });

  it('never shows more than all, and an empty mailbox as done', () => {
    expect(stateText(jobOf({ done: 9, total: 3 }))).toBe('Running, 100 %');
    expect(stateText(jobOf({ done: 0, total: 0 }))).toBe('Running, 100 %');
  });

  it('does not say Done alone when messages were left out: nobody would look', () => {
    expect(stateText(jobOf({ state: 'done', leftOut: 1 }))).toBe('Done, some left out');
    expect(stateText(jobOf({ state: 'done' }))).toBe('Done');
    expect(stateText(jobOf({ state: 'failed', leftOut: 1 }))).toBe('Failed');
  });
});

describe('what came of a job', () => {
  it('names what was there already, what was changed, and every remark', () => {
    const job = jobOf({
      ...{ state: 'done', transferred: 1, octets: 500, duplicates: 2, lineEndsChanged: 1 },
      ...{ notes: ['A remark.'], endedAt: 61_000 },
    });
    expect(outcomeLines(job)).toEqual([
      '1 message imported, 500 octets.',
      '2 messages left out as already there.',
      'In 1 message line ends were corrected, as mail needs them.',
      'A remark.',
      'It took 1 minute.',
    ]);
  });

  it('can be pasted into a table', () => {
    const skipped = [
      { what: 'a', why: 'b' },
      { what: 'c', why: 'd', messages: 3 },
    ];
    expect(skippedText(skipped)).toBe('a\tb\nc (3 messages)\td');
    expect(skippedCount(skipped)).toBe(4);
  });
});
