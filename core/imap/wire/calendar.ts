/** Days of the proleptic Gregorian calendar, counted from 1970-01-01, without the pitfalls of Date for years below 100. */

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
export const MONTH_NAMES = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

export const MILLISECONDS_PER_DAY = 24 * 60 * 60 * 1000;

/** The days from 1970-01-01 to a day; undefined when there is no such day. `month` is an English abbreviation. */
export function dayNumber(year: number, month: string, dayOfMonth: number): number | undefined {
  const index = MONTHS.indexOf(month.toUpperCase());
  const date = new Date(0);
  date.setUTCFullYear(year, index, dayOfMonth);
  // A day that the month does not have lands in another one.
  const exists = index >= 0 && date.getUTCMonth() === index;
  return exists ? date.getTime() / MILLISECONDS_PER_DAY : undefined;
}
