/** How times and sizes are written for people, on all pages. `now` is a parameter: it is what a page believes it to be. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const units = [
  { length: day, name: 'day' },
  { length: hour, name: 'hour' },
  { length: minute, name: 'minute' },
  { length: second, name: 'second' },
] as const;

const sizes = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `1 user`, `2 users`, with separators in large numbers. */
export function count(number: number, one: string, several = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : several}`;
}

/** `just now`, `3 minutes ago`, `2 days ago`. What lies ahead, by clocks that differ, is just now. */
export function ago(at: number, now: number): string {
  const passed = now - at;
  return passed < 5 * second ? 'just now' : `${coarse(passed)} ago`;
}

/** `in 3 minutes`; what has passed is `now`. */
export function ahead(at: number, now: number): string {
  return at - now < second ? 'now' : `in ${coarse(at - now)}`;
}

/** In the largest two units that say something: `3 days 4 hours`, `12 minutes`, `less than a second`. */
export function duration(length: number): string {
  const first = units.findIndex((unit) => length >= unit.length);
  if (first === -1) return 'less than a second';
  const { length: largest, name } = units[first]!;
  const next = units[first + 1];
  const rest = next === undefined || first === 2 ? 0 : Math.floor((length % largest) / next.length);
  const whole = count(Math.floor(length / largest), name);
  return rest === 0 ? whole : `${whole} ${count(rest, next!.name)}`;
}

/** Octets in the units that people know, 1 kB = 1,000 octets: `512 octets`, `1.5 kB`, `20 MB`. */
export function octetsText(number: number): string {
  if (number < 1_000) return count(number, 'octet');
  let amount = number / 1_000;
  let unit = 0;
  // 999.95 kB would be written as 1000 kB.
  while (amount >= 999.5 && unit < sizes.length - 1) {
    amount /= 1_000;
    unit += 1;
  }
  return `${amount < 9.95 ? amount.toFixed(1).replace('.0', '') : amount.toFixed(0)} ${sizes[unit]}`;
}

/** Day and time to the second, as this computer writes them. */
export function exactTime(at: number): string {
  return new Date(at).toLocaleString();
}

/** Day and time for a column of a list: as text they are in the order of time. */
export function listTime(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** In its largest unit alone. */
function coarse(length: number): string {
  const unit = units.find((candidate) => length >= candidate.length) ?? units[3];
  return count(Math.max(1, Math.floor(length / unit.length)), unit.name);
}
