import { describe, expect, it } from 'vitest';
import { misbehaviour } from './oracle.ts';
import type { Played } from './play.ts';
import { planSession, type SessionPlan } from './session-plan.ts';

const plan: SessionPlan = {
  name: 'test',
  transport: 'plain',
  prefix: Buffer.alloc(0),
  chunks: [],
  pause: 0,
  ending: 'end',
  reads: true,
  mustBeAnswered: [],
};

function played(sent: string, responses: string[], change: Partial<Played> = {}): Played {
  return { responses, rest: 0, sent: Buffer.from(sent, 'latin1'), closed: true, ...change };
}

/** Fuzzing finds nothing only if there is nothing: each kind of misbehaviour must be noticed. */
describe('what a mutated session is judged by', () => {
  it('lets a proper session pass', () => {
    const session = played('a1 NOOP\r\na2 SELECT {5}\r\nINBOX\r\n', [
      '* OK hello',
      'a1 OK',
      '+ go on',
      '* 1 EXISTS',
      'a2 OK [READ-WRITE] x',
    ]);
    expect(misbehaviour(plan, session)).toEqual([]);
  });

  it.each<[string, Played, RegExp]>([
    ['a bug of ours', played('a1 NOOP\r\n', ['a1 NO [SERVERBUG] ref 7']), /SERVERBUG/],
    ['a line that is no response', played('a1 NOOP\r\n', ['a1 OK', 'undefined']), /not a response/],
    ['two replies to one command', played('a1 NOOP {\r\n', ['a1 OK', 'a1 BAD x']), /answered 2 times/],
    ['a reply to a tag nobody sent', played('a1 NOOP {\r\n', ['b7 OK']), /sent 0 times/],
    ['a command without a reply', played('a1 NOOP\r\na2 NOOP\r\n', ['a1 OK']), /tag a2: sent 1 times, answered 0/],
    ['a connection that stays', played('', ['* OK'], { closed: false }), /not closed/],
    ['a response cut off', played('', ['* OK'], { rest: 17 }), /ends inside a response/],
  ])('notices %s', (_, session, complaint) => {
    expect(misbehaviour(plan, session).join('\n')).toMatch(complaint);
  });
});

describe('a session that was not mutated', () => {
  it('must have an answer to every tag, also where lines are not commands', () => {
    const session = played('a1 AUTHENTICATE LOGIN\r\ncred\r\n', ['+ name', '* OK']);
    expect(misbehaviour({ ...plan, mustBeAnswered: ['a1'] }, session).join('\n')).toMatch(/a1 of a valid session/);
  });
});

describe('planned sessions', () => {
  it('are the same for the same seed and number, or a failure could not be replayed', () => {
    for (let number = 0; number < 50; number++) expect(planSession(9, number)).toEqual(planSession(9, number));
    expect(planSession(9, 1)).not.toEqual(planSession(8, 1));
  });
});
