/** How numbers and moments are written for people. */

const units = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `2026-02-03` */
export function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** In the zone of this computer: `2026-02-03 14:05:09`. */
export function timeText(time: number): string {
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

/** `3 s`, `12 min`, `5 h`, `3 d`: how long something lasts, to the unit that matters. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 100 * 60) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 72 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `812`, `5.6 KiB`, `1.2 GiB` */
export function octetsText(octets: number): string {
  let value = octets;
  let unit = '';
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = ` ${next}`;
  }
  return `${unit === '' ? value : value.toFixed(1)}${unit}`;
}

/** What is used of what may be; 0 = no limit, undefined = not known. */
export function useText(used: number | undefined, limit: number, text: (value: number) => string): string {
  const present = used === undefined ? '?' : text(used);
  return limit === 0 ? present : `${present} of ${text(limit)}`;
}

/**
 * What steers a terminal or what people see on it: control characters, C1 among them; what is not seen and turns the
 * order of letters around (bidi); separators of lines.
 */
const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text from elsewhere (what a client calls itself, a mailbox's name) on one line, with nothing that steers a terminal. */
export function printable(text: string): string {
  return text.replace(steering, '\uFFFD');
}

/** Text of several lines in which something from elsewhere may be. */
export function printableLines(text: string): string {
  return text.replace(steering, (character) => (character === '\n' ? character : '\uFFFD'));
}

/**
 * JSON text with all but ASCII escaped; it means the same. Nothing in it steers a terminal, and programs read it right that take
 * what they read for another charset (PowerShell 5.1).
 */
export function escapedJson(json: string): string {
  return json.replace(/[^\n\x20-\x7e]+/g, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
