import { foldName } from '../../core/base/fold-name.ts';
import { windowLimits } from '../limits.ts';
import { bulkText } from '../text/users.ts';
import { type CsvRecord, parseCsv } from './csv.ts';
import { MiB } from './quota-choice.svelte.ts';

/** A user to be added, or why this line cannot be one. */
export interface BulkRow {
  readonly line: number;
  readonly name: string;
  readonly password: string;
  /** Undefined: the default holds. */
  readonly octets: number | undefined;
  readonly error: string | undefined;
}

/**
 * The users of a CSV text: name, password and, if wanted, storage in MiB. A heading is left out. What can be known
 * without asking is checked here; whether a password is strong enough the server says.
 * @param taken the names there are
 */
export function bulkRows(text: string, taken: readonly string[]): readonly BulkRow[] {
  const seen = new Set(taken.map(foldName));
  const records = parseCsv(text);
  return (isHeading(records[0]) ? records.slice(1) : records).map((record) => {
    const row = rowOf(record, seen);
    if (row.name !== '') seen.add(foldName(row.name));
    return row;
  });
}

function isHeading(record: CsvRecord | undefined): boolean {
  return record?.fields[0]?.trim().toLowerCase() === 'name' && record.fields[1]?.trim().toLowerCase() === 'password';
}

function rowOf(record: CsvRecord, seen: ReadonlySet<string>): BulkRow {
  const [first = '', password = '', storage = ''] = record.fields;
  const name = first.trim();
  const mebibytes = storage.trim() === '' ? undefined : storageOf(storage.trim());
  const octets = mebibytes === undefined ? undefined : mebibytes * MiB;
  const error = problemOf(record, name, seen) ?? (Number.isNaN(octets) ? bulkText.storageWrong : undefined);
  return { line: record.line, name, password, octets, error };
}

function storageOf(text: string): number {
  const value = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  return value <= windowLimits.quotaMebibytes ? value : Number.NaN;
}

function problemOf({ fields, unclosed }: CsvRecord, name: string, seen: ReadonlySet<string>): string | undefined {
  if (unclosed) return bulkText.unclosed;
  if (fields.length > 3) return bulkText.tooMany;
  if (name === '') return bulkText.nameMissing;
  if ((fields[1] ?? '') === '') return bulkText.passwordMissing;
  if (fields.some((field) => field.includes('\uFFFD'))) return bulkText.encodingWrong;
  return seen.has(foldName(name)) ? bulkText.nameTaken : undefined;
}
