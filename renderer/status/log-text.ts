import type { LogLine } from '../../core/admin/contract.ts';

/** The fields of a line in one line: `user=karen attempts=3`. */
export function fieldsText(fields: LogLine['fields']): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

/** Lines to be pasted into a letter, the oldest first. Given newest first, as they are shown. */
export function linesText(lines: readonly LogLine[]): string {
  return lines
    .toReversed()
    .map(({ at, level, message, fields }) =>
      [new Date(at).toISOString(), level.toUpperCase(), message, fieldsText(fields)].join(' ').trimEnd(),
    )
    .join('\n');
}
