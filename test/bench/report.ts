import { cpus, totalmem } from 'node:os';
import { median } from './measure.ts';
import type { Orientation } from './orientation.ts';
import type { Row } from './rows/row.ts';

/** All measurements of one row: the contestant's name and its numbers; none where it could not be measured. */
export interface RowResult {
  readonly row: Row;
  readonly values: ReadonlyMap<string, readonly number[]>;
}

export interface Report {
  readonly contestants: readonly { readonly name: string; readonly note: string }[];
  readonly messages: number;
  readonly meanSize: number;
  readonly results: readonly RowResult[];
  readonly orientation: Orientation | undefined;
  /** Failures and wrong answers, for people. */
  readonly remarks: readonly string[];
}

/** The table as Markdown, which also reads well as it is. */
export function table(report: Report): string {
  const names = report.contestants.map(({ name }) => name);
  const compared = names.includes('mailroom') && names.includes('dovecot-mdbox');
  const head = ['row', 'unit', ...names, ...(compared ? ['times better than mdbox', 'wanted', ''] : [])];
  const lines = report.results.map((result) => [
    result.row.title,
    result.row.unit,
    ...names.map((name) => shown(result.values.get(name))),
    ...(compared ? comparison(result) : []),
  ]);
  return [heading(report), '', ...aligned([head, ...lines]), '', ...closing(report)].join('\n');
}

/** The same and more for machines: every single measurement. */
export function asJson(report: Report): string {
  const results = report.results.map(({ row, values }) => ({
    id: row.id,
    title: row.title,
    unit: row.unit,
    target: row.target,
    ratio: ratio({ row, values }),
    servers: Object.fromEntries(
      [...values].map(([name, all]) => [
        name,
        { median: median(all), least: Math.min(...all), most: Math.max(...all), count: all.length },
      ]),
    ),
  }));
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, memory: totalmem(), node: process.version };
  return JSON.stringify({ machine, ...report, results }, null, 2);
}

/** How many times better we are than Dovecot mdbox; undefined when either was not measured. */
export function ratio({ row, values }: RowResult): number | undefined {
  const [ours, theirs] = [values.get('mailroom'), values.get('dovecot-mdbox')];
  if (!ours?.length || !theirs?.length) return undefined;
  return row.unit === '/s' ? median(ours) / median(theirs) : median(theirs) / median(ours);
}

function comparison(result: RowResult): string[] {
  const times = ratio(result);
  const { target } = result.row;
  const wanted = target === 1 ? '> 1' : `${target}`;
  if (times === undefined) return ['', wanted, ''];
  return [times.toPrecision(3), wanted, (target === 1 ? times > 1 : times >= target) ? 'reached' : 'NOT REACHED'];
}

function heading({ messages, meanSize }: Report): string {
  return `${messages} messages of ${Math.round(meanSize)} octets on average; medians; ${cpus().length} cores`;
}

function closing({ contestants, orientation, remarks }: Report): string[] {
  const lines = contestants.map(({ name, note }) => `${name}: ${note}`);
  if (orientation) {
    lines.push(
      `this disk: ${Math.round(orientation.flushedWrites)} writes of 5.6 kB with fdatasync a second, one after another`,
      `a bare socket server and the same client: ${Math.round(orientation.echoes)} answers/s on 50 connections, ` +
        `${Math.round(orientation.connects)} connect-LOGIN-LOGOUT rounds/s, 20 at once`,
    );
  }
  return [...lines, ...remarks.map((remark) => `NOTE ${remark}`)];
}

function shown(values: readonly number[] | undefined): string {
  if (!values?.length) return '-';
  const value = median(values);
  return value >= 1_000 ? Math.round(value).toString() : value.toPrecision(3);
}

/** A Markdown table; the first row is its head, the first column and the last are words. */
export function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, i) =>
      i === 0 || i === cells.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = `|${widths.map((width, i) => `${'-'.repeat(width + 1)}${i === 0 ? '-' : ':'}`).join('|')}|`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)];
}
