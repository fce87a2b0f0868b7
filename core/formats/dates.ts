import type { InternalDate } from '../mail/ports.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const minute = 60_000;

/** RFC 5322 section 4.3, obs-zone; hours east of UTC. Any other name says nothing and counts as UTC. */
const namedZones: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

/** The date of a `From ` line: asctime, with or without seconds, the zone before or after the year or missing (UTC). */
const fromLineDate =
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?<month>[A-Z][a-z]{2}) +(?<day>\d{1,2}) +(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d))?(?: +(?<zone>[A-Z]{1,5}|[+-]\d{4}))? +(?<year>\d{4})(?: +(?<zoneAfter>[A-Z]{1,5}|[+-]\d{4}))?/;

export function parseFromLineDate(line: string): InternalDate | undefined {
  const found = fromLineDate.exec(line)?.groups;
  // Some exporters write the date as in a message's header.
  return found === undefined ? parseMessageDate(line) : moment(found, found['zone'] ?? found['zoneAfter']);
}

/** True when there is a date, even one that no calendar has. */
export function hasFromLineDate(line: string): boolean {
  return fromLineDate.test(line) || messageDate.test(line);
}

/** RFC 4155 appendix A: asctime in UTC. */
export function formatFromLineDate(time: number): string {
  const at = new Date(time);
  const day = String(at.getUTCDate()).padStart(2, ' ');
  const clock = at.toISOString().slice(11, 19);
  return `${weekdays[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${day} ${clock} ${at.getUTCFullYear()}`;
}

/** date-time of RFC 5322 section 3.3 and its obsolete forms of section 4.3. */
const messageDate =
  /\b(?<day>\d{1,2})[ \t-]+(?<month>[A-Za-z]{3})[a-z]*[ \t-]+(?<year>\d{2,4})[ \t]+(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d))?(?:[ \t]*(?<zone>[+-]\d{4}|[A-Za-z]{1,5}))?/;

export function parseMessageDate(value: string): InternalDate | undefined {
  const found = messageDate.exec(value.replace(/\([^()]*\)/g, ' '))?.groups;
  return found === undefined ? undefined : moment(found, found['zone']);
}

/** ISO 8601 basic with zone, `20020822T112625+0200`: a date that fits into a file name. */
export function formatCompactDate(date: InternalDate): string {
  const local = new Date(date.time + date.zone * minute).toISOString();
  return `${local.slice(0, 19).replace(/[-:]/g, '')}${formatZone(date.zone)}`;
}

const compactDate =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?<zone>[+-]\d{4})$/;

export function parseCompactDate(text: string): InternalDate | undefined {
  const found = compactDate.exec(text)?.groups;
  return found === undefined ? undefined : moment(found, found['zone']);
}

/** `+hhmm` or `-hhmm` from minutes east of UTC. */
export function formatZone(zone: number): string {
  const away = Math.abs(zone);
  return `${zone < 0 ? '-' : '+'}${String(Math.floor(away / 60)).padStart(2, '0')}${String(away % 60).padStart(2, '0')}`;
}

/** Minutes east of UTC; undefined when the digits are no zone. */
export function parseZone(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  const digits = /^([+-])(\d\d)([0-5]\d)$/.exec(text);
  if (digits === null) return /\d/.test(text) ? undefined : (namedZones[text.toUpperCase()] ?? 0) * 60;
  const away = Number(digits[2]) * 60 + Number(digits[3]);
  return digits[1] === '-' ? -away : away;
}

/** Undefined when the parts are no moment, such as 31 February. */
function moment(parts: Record<string, string | undefined>, zoneText: string | undefined): InternalDate | undefined {
  const zone = parseZone(zoneText);
  const month = monthNumber(parts['month'] ?? '');
  const [day, hour, minutes, second] = ['day', 'hour', 'minute', 'second'].map((name) => Number(parts[name] ?? 0));
  if (zone === undefined || month < 0) return undefined;
  const local = new Date(0);
  local.setUTCFullYear(fullYear(parts['year'] ?? ''), month, day);
  local.setUTCHours(hour!, minutes, Math.min(second!, 59)); // a leap second has no number of its own
  const real =
    local.getUTCMonth() === month && local.getUTCDate() === day && hour! < 24 && minutes! < 60 && second! <= 60;
  return real && local.getUTCFullYear() >= 1900 ? { time: local.getTime() - zone * minute, zone } : undefined;
}

function monthNumber(text: string): number {
  return /^\d/.test(text) ? Number(text) - 1 : months.findIndex((month) => month.toLowerCase() === text.toLowerCase());
}

/** RFC 5322 section 4.3: two digits below 50 are 2000 and later, other short years count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return digits.length === 2 && year < 50 ? 2000 + year : 1900 + year;
}
