import { describe, expect, it } from 'vitest';
import { commandsOf } from './bystander.ts';
import { table } from './report.ts';
import type { Round, StormCase } from './scene.ts';
import { summarize } from './summary.ts';

const CASE: StormCase = { style: 'installed', connections: 3, limit: 2 };

/** A round in which the storm came once; everything took `time` milliseconds. */
function round(time: number, { refusals = [time], failures = [] as string[] } = {}): Round {
  const samples = [{ command: 'NOOP', start: 0, time }];
  const wave = { began: 1_000, ended: 1_000 + time, logins: [1, time], refusals, failures, lag: time };
  return { before: samples, waves: [{ ...wave, during: samples, held: [{ start: 0, time }] }], prioritized: true };
}

describe('the summary of a storm', () => {
  it('takes the median of the rounds, so that one disturbed round decides nothing, and hides no longest and no failure', () => {
    const rounds = [round(10), round(500, { failures: ['reset'] }), round(20)];
    const [wave] = summarize('mailroom', CASE, rounds).waves;
    expect(wave).toMatchObject({ answered: 20, slowestLogin: 20, slowestRefusal: 20, loggedIn: 2, refused: 1 });
    expect(wave).toMatchObject({
      failed: 1,
      lag: 500,
      held: { times: 3, longest: 500 },
      during: { median: 20, p99: 20, longest: 500, count: 3 },
    });
  });

  it('has no number for refusals where nobody was refused', () => {
    const [wave] = summarize('mailroom', CASE, [round(10, { refusals: [] })]).waves;
    expect(wave?.refused).toBe(0);
    expect(wave?.slowestRefusal).toBeNaN();
  });
});

describe('the verdict', () => {
  const verdicts = (server: string, rounds: readonly Round[]) =>
    table({ contestants: [], rounds: rounds.length, cases: [summarize(server, CASE, rounds)], remarks: [] })
      .split('\n')
      .filter((line) => /^(reached|NOT REACHED)/.test(line));

  it('says of each target whether our worst row keeps it', () => {
    expect(verdicts('mailroom', [round(2)]).every((line) => line.startsWith('reached'))).toBe(true);
    const slow = verdicts('mailroom', [round(150)]);
    expect(slow.filter((line) => line.startsWith('NOT REACHED'))).toEqual([
      expect.stringContaining("others' 99th percentile"),
    ]);
    expect(verdicts('mailroom', [round(2, { failures: ['reset'] })])).toContainEqual(
      expect.stringMatching(/^NOT REACHED connections that failed/),
    );
  });

  it('passes over what was not measured: no refusals without a limit, no targets for others', () => {
    expect(verdicts('mailroom', [round(2, { refusals: [] })]).join()).not.toContain('refusal');
    expect(verdicts('dovecot', [round(2)])).toEqual([]);
  });
});

describe('the users at work', () => {
  it('ask only for messages there are, however many they have seen', () => {
    for (const messages of [1, 10, 200]) {
      for (let at = 0; at < 500; at++) {
        const numbers = commandsOf(at, messages).flatMap(
          (text) => /^(?:FETCH|STORE) (\d+)(?::(\d+))?/.exec(text) ?? [],
        );
        for (const number of numbers.filter((text) => /^\d+$/.test(text)).map(Number)) {
          expect(number).toBeGreaterThanOrEqual(1);
          expect(number).toBeLessThanOrEqual(messages);
        }
      }
    }
  });
});
