const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Minutes east of UTC of the zones that have names (RFC 5322 section 4.3); others are unknown and count as UTC. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['edt', -240],
  ['est', -300],
  ['cdt', -300],
  ['cst', -360],
  ['mdt', -360],
  ['mst', -420],
  ['pdt', -420],
  ['pst', -480],
  ['bst', 60],
  ['cet', 60],
  ['met', 60],
  ['cest', 120],
  ['mest', 120],
  ['eet', 120],
  ['eest', 180],
  ['jst', 540],
]);

/** The moment a Date: field tells, and the zone it was written in. */
export interface MessageDate {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** Minutes east of UTC. */
  readonly zone: number;
}

const DATE =
  /(?:^|[\s,])(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?[\s-]+(\d{2,4})(?:[\s,]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d+)?)?)?(?:\s*([ap]m))?(?:\s*(?:gmt|utc?)?\s*([+-]\d{1,4}|[+-]\d\d:\d\d)|\s*([a-z]{1,5}))?/;
/** asctime: `Mon Sep 30 05:11:40 2002`, with the zone before or behind the year. */
const ASCTIME =
  /([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:([+-]\d{4})|([a-z]{1,5}))?\s+(\d{4})(?:\s*([+-]\d{4}))?/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[t\s](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(z|[+-]\d{2}:?\d{2})?)?/;

/** RFC 5322 section 4.3: obsolete dates have blanks anywhere. */
const BLANKS_AROUND_COLON = /\s*:\s*/g;

/** Longer values are no dates; bounds the work on made-up ones. */
const LONGEST = 200;

/**
 * Reads the value of a Date: field (RFC 5322 section 3.3, the obsolete forms of section 4.3, and what else is met:
 * asctime, ISO 8601, missing seconds, missing zones, comments). Undefined for what is no date.
 */
export function parseMessageDate(raw: string): MessageDate | undefined {
  const text = withoutComments(raw.slice(0, LONGEST)).trim().toLowerCase().replace(BLANKS_AROUND_COLON, ':');
  const parts = rfc5322(text) ?? asctime(text) ?? iso(text);
  return parts && moment(parts);
}

interface Parts {
  readonly year: number;
  /** 0 to 11; -1 for no month. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly zone: number;
}

function rfc5322(text: string): Parts | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [, day, month, year, hour = '0', minute = '0', second = '0', half, offset, zone] = match;
  return {
    year: fullYear(year!),
    month: MONTHS.indexOf(month!),
    day: Number(day),
    hour: half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'pm' ? 12 : 0),
    minute: Number(minute),
    second: Number(second),
    zone: zoneMinutes(offset ?? zone),
  };
}

function asctime(text: string): Parts | undefined {
  const match = ASCTIME.exec(text);
  if (!match) return undefined;
  const [, month, day, hour, minute, second = '0', offset, zone, year, offsetBehind] = match;
  return {
    year: Number(year),
    month: MONTHS.indexOf(month!),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    zone: zoneMinutes(offsetBehind ?? offset ?? zone),
  };
}

function iso(text: string): Parts | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone] = match;
  return {
    year: Number(year),
    month: Number(month) - 1,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    zone: zoneMinutes(zone),
  };
}

function moment(parts: Parts): MessageDate | undefined {
  const { year, month, day, hour, minute, second, zone } = parts;
  // 60 is a leap second (RFC 5322 section 3.3)
  if (month < 0 || month > 11 || hour > 23 || minute > 59 || second > 60) return undefined;
  const local = new Date(0);
  local.setUTCFullYear(year, month, day);
  if (local.getUTCMonth() !== month || local.getUTCDate() !== day) return undefined;
  local.setUTCHours(hour, minute, second);
  return { time: local.getTime() - zone * 60_000, zone };
}

/** RFC 5322 section 4.3: two digits are 1950 to 2049, three count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length >= 4) return year;
  return digits.length === 2 && year < 50 ? 2000 + year : 1900 + year;
}

/** `+0130`, `+01:30`, `+1`, or a name. A zone more than a day from UTC is none. */
function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined) return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/[+:-]/g, '');
  if (!/^\d+$/.test(digits)) return ZONES.get(zone) ?? 0;
  const minutes =
    digits.length <= 2 ? Number(digits) * 60 : Math.trunc(Number(digits) / 100) * 60 + (Number(digits) % 100);
  return minutes < 24 * 60 ? sign * minutes : 0;
}

/** Comments become blanks; nested ones go with the outermost. */
function withoutComments(text: string): string {
  let result = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) result += character;
    if (character === ')' && depth === 0) result += ' ';
  }
  return result;
}
