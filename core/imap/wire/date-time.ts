import { dayNumber, MILLISECONDS_PER_DAY } from './calendar.ts';
import type { Scanner } from './scanner.ts';

/** A moment and the zone it was written in. */
export interface DateTime {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** Minutes east of UTC. */
  readonly zone: number;
}

/** date-text = date-day "-" date-month "-" date-year, with or without quotes. */
const DATE = /^("?)(\d{1,2})-([a-z]{3})-(\d{4})\1/i;

/**
 * DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE. Some clients leave out the space that
 * makes the day of a single digit fixed.
 */
const DATE_TIME = /^"( ?\d|\d\d)-([a-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"/i;

/** Characters of the longest date-time. */
const LONGEST = 28;

/** date: days since 1970-01-01. Undefined when no date stands here. @throws Malformed for the 30th of February */
export function readDate(scanner: Scanner): number | undefined {
  const match = matchAt(DATE, scanner);
  if (match === undefined) return undefined;
  const [all, , dayOfMonth, month, year] = match;
  const day = dayNumber(Number(year), month!, Number(dayOfMonth));
  if (day === undefined) throw scanner.wrong('There is no such date');
  scanner.at += all.length;
  return day;
}

/** date-time. Undefined when no quoted string stands here. @throws Malformed when what is quoted is no moment */
export function readDateTime(scanner: Scanner): DateTime | undefined {
  if (scanner.text[scanner.at] !== '"') return undefined;
  const match = matchAt(DATE_TIME, scanner);
  if (match === undefined) throw scanner.expected('a date such as "17-Jul-1996 02:44:25 -0700"');
  const [all, dayOfMonth, month, year, ...clock] = match;
  const day = dayNumber(Number(year), month!, Number(dayOfMonth));
  const milliseconds = timeOfDay(clock);
  const zone = zoneMinutes(clock);
  if (day === undefined || milliseconds === undefined || zone === undefined)
    throw scanner.wrong('There is no such time');
  scanner.at += all.length;
  return { time: day * MILLISECONDS_PER_DAY + milliseconds - zone * 60_000, zone };
}

/** time = 2DIGIT ":" 2DIGIT ":" 2DIGIT. Second 60 is a leap second: the first of the next minute. */
function timeOfDay([hours, minutes, seconds]: readonly (string | undefined)[]): number | undefined {
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return undefined;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** zone = ("+" / "-") 4DIGIT, hours and minutes east of Greenwich. */
function zoneMinutes([, , , sign, hours, minutes]: readonly (string | undefined)[]): number | undefined {
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const east = Number(hours) * 60 + Number(minutes);
  return sign === '-' && east !== 0 ? -east : east;
}

function matchAt(pattern: RegExp, scanner: Scanner): RegExpExecArray | undefined {
  return pattern.exec(scanner.text.slice(scanner.at, scanner.at + LONGEST)) ?? undefined;
}
