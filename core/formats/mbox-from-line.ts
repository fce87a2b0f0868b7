import { hasFromLineDate } from './dates.ts';
import { isFieldLine } from './header-fields.ts';

const LF = 0x0a;
const CR = 0x0d;

/** Octets: longer lines are no `From ` lines. Gmail's are the longest known, below 100. */
const longestFromLine = 1_000;
/** A line shows within these octets that it is a header field. */
const longestFieldName = 200;

/** What some programs write without a date: nothing more, `-`, or an address. */
const undated = /^From (?:-|\S+@\S+)?\s*$/;

export type Verdict = 'separator' | 'text' | 'needsMore';

/**
 * Whether the LF at `lf`, followed by `From `, ends a message. Files written by careless software have body lines that
 * begin with `From ` unquoted, messages without an empty line between them, and `From ` lines without a date. So a line
 * with a date separates when an empty line stands before it or a header field after it, one without when both do.
 * @param final nothing follows in the file.
 */
export function judgeFromLine(buffer: Buffer, lf: number, final: boolean): Verdict {
  const end = buffer.indexOf(LF, lf + 1);
  if (end < 0 && !final && buffer.length - lf <= longestFromLine) return 'needsMore';
  if (end < 0 ? !final : end - lf > longestFromLine) return 'text';
  const line = buffer.toString('latin1', lf + 1, end < 0 ? buffer.length : end);
  const dated = hasFromLineDate(line);
  const afterEmptyLine = isEmptyLineBefore(buffer, lf);
  if (dated && afterEmptyLine) return 'separator';
  if (!dated && !(afterEmptyLine && undated.test(line))) return 'text';
  return judgeNextLine(buffer, end, final);
}

function judgeNextLine(buffer: Buffer, end: number, final: boolean): Verdict {
  if (end < 0) return 'text';
  const next = buffer.indexOf(LF, end + 1);
  if (next < 0 && !final && buffer.length - end <= longestFieldName) return 'needsMore';
  const stop = Math.min(next < 0 ? buffer.length : next, end + longestFieldName);
  return isFieldLine(buffer.toString('latin1', end + 1, stop)) ? 'separator' : 'text';
}

function isEmptyLineBefore(buffer: Buffer, lf: number): boolean {
  const last = buffer[lf - 1] === CR ? lf - 2 : lf - 1;
  return buffer[last] === LF;
}
