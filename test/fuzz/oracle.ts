import type { Played } from './play.ts';
import type { SessionPlan } from './session-plan.ts';

/** Everything about a session's replies that no input may bring about. */
export function misbehaviour(plan: SessionPlan, played: Played): string[] {
  const wrong: string[] = [];
  for (const response of played.responses) wrong.push(...badResponse(response));
  if (!played.closed) wrong.push('the connection was not closed after the client had ended it');
  if (plan.reads && plan.ending === 'end') {
    if (played.rest > 0 && played.closed) wrong.push(`the stream ends inside a response, ${played.rest} octets`);
    wrong.push(...countedReplies(played), ...missingReplies(plan, played));
  }
  return wrong;
}

const RESPONSE = /^(\* |\+( |$)|[^\s*+(){%"\\]\S* (OK|NO|BAD)( |$))/;

function badResponse(response: string): string[] {
  if (response.includes('SERVERBUG') && /^\S+ NO \[SERVERBUG\]/.test(response))
    return [`SERVERBUG: ${response.slice(0, 300)}`];
  if (!RESPONSE.test(response)) return [`not a response: ${JSON.stringify(response.slice(0, 200))}`];
  return [];
}

function missingReplies({ mustBeAnswered }: SessionPlan, { responses }: Played): string[] {
  const answered = new Set(responses.map((response) => response.slice(0, response.indexOf(' '))));
  return mustBeAnswered
    .filter((tag) => !answered.has(tag))
    .map((tag) => `tag ${tag} of a valid session was not answered`);
}

/** No tag is answered more often than it was sent; and just as often, where the octets leave no doubt. */
function countedReplies({ responses, sent }: Played): string[] {
  const lines = sent.toString('latin1').split(/[\r\n]/);
  const answered = count(responses.flatMap((response) => /^([^\s*+]\S*) (OK|NO|BAD)( |$)/.exec(response)?.[1] ?? []));
  const wrong: string[] = [];
  for (const [tag, times] of answered) {
    // A line that begins with a tag and goes on with rubbish may be answered under what looks like its tag.
    const most = lines.filter((line) => line.startsWith(tag)).length;
    if (times > most)
      wrong.push(`tag ${JSON.stringify(tag.slice(0, 80))}: sent ${most} times, answered ${times} times`);
  }
  const closedEarly = responses.some((response) => response.startsWith('* BYE'));
  if (closedEarly || !isPlainTalk(sent.toString('latin1'))) return wrong;
  for (const [tag, times] of count(
    lines.filter((line) => line !== '').map((line) => line.slice(0, line.indexOf(' '))),
  )) {
    const replies = answered.get(tag) ?? 0;
    if (replies !== times) wrong.push(`tag ${tag}: sent ${times} times, answered ${replies} times`);
  }
  return wrong;
}

/** Whole lines of printable ASCII without literals and without commands that take lines of another kind. */
function isPlainTalk(text: string): boolean {
  if (/[{}]|STARTTLS|AUTHENTICATE|IDLE|LOGOUT/i.test(text) || text.length > 60_000) return false;
  return /^(?:[A-Za-z0-9.]{1,50} [\x20-\x7e]{1,4000}\r\n)*$/.test(text);
}

function count(values: readonly string[]): Map<string, number> {
  const out = new Map<string, number>();
  for (const value of values) out.set(value, (out.get(value) ?? 0) + 1);
  return out;
}
