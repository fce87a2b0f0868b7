/** A record of a CSV file (RFC 4180). */
export interface CsvRecord {
  /** Where it begins; the first line is 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** A quoted field never ends. */
  readonly unclosed: boolean;
}

type Delimiter = ',' | ';' | '\t';

/**
 * The records of a CSV text; empty lines are none. Quoted fields may hold line ends and doubled quotes. Any line end, and
 * commas, semicolons or tabs between the fields, as spreadsheets write them in different countries.
 */
export function parseCsv(text: string): readonly CsvRecord[] {
  const content = text.replace(/^\uFEFF/, '');
  const delimiter = delimiterOf(content);
  const records: CsvRecord[] = [];
  let at = 0;
  let line = 1;
  while (at < content.length) {
    const { record, end } = readRecord(content, at, line, delimiter);
    if (record.fields.length > 1 || record.fields[0]!.trim() !== '') records.push(record);
    line += lineEnds(content.slice(at, end));
    at = end;
  }
  return records;
}

/** The one that comes first, outside of quotes. */
function delimiterOf(text: string): Delimiter {
  return (/[,;\t]/.exec(text.replace(/"(?:[^"]|"")*"?/g, ''))?.[0] ?? ',') as Delimiter;
}

function readRecord(text: string, start: number, line: number, delimiter: Delimiter) {
  const fields: string[] = [];
  let at = start;
  let unclosed = false;
  for (;;) {
    const field = text[at] === '"' ? readQuoted(text, at) : { value: '', end: at, closed: true };
    const rest = plainText(text, field.end, delimiter);
    fields.push(field.value + rest);
    unclosed ||= !field.closed;
    at = field.end + rest.length;
    if (text[at] !== delimiter) break;
    at += 1;
  }
  return { record: { line, fields, unclosed }, end: at + (/^\r?\n|^\r/.exec(text.slice(at, at + 2))?.[0].length ?? 0) };
}

function readQuoted(text: string, start: number): { value: string; end: number; closed: boolean } {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  const closed = end !== -1;
  const inner = text.slice(start + 1, closed ? end : text.length);
  return { value: inner.replaceAll('""', '"'), end: closed ? end + 1 : text.length, closed };
}

function plainText(text: string, start: number, delimiter: Delimiter): string {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\r' && text[end] !== '\n') end += 1;
  return text.slice(start, end);
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
