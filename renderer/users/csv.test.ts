import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bulkRows } from './bulk-rows.ts';
import { parseCsv } from './csv.ts';

const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;

describe('a CSV file of users', () => {
  it('is read as it was written, whatever is in the fields: quotes, delimiters, line ends, umlauts', () => {
    const field = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.stringMatching(/^[a-zäöüß",;\t\r\n ]{1,12}$/),
    );
    const record = fc.array(field, { minLength: 2, maxLength: 4 });
    const options = fc.record({
      records: fc.array(record, { maxLength: 6 }),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      delimiter: fc.constantFrom(',', ';', '\t'),
      blank: fc.nat(2),
      mark: fc.constantFrom('', '\uFEFF'),
    });
    fc.assert(
      fc.property(options, ({ records, end, delimiter, blank, mark }) => {
        const lines = records.map((fields) => fields.map(quoted).join(delimiter) + end.repeat(1 + blank));
        const read = parseCsv(mark + lines.join(''));
        expect(read.map(({ fields }) => fields)).toEqual(records);
      }),
    );
  });

  it('never hangs or throws, whatever text is pasted, and never invents a line', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a",;\t\r\n]{0,40}$/), (text) => {
        const lines = text.split(/\r\n|\r|\n/).length;
        for (const { line } of parseCsv(text)) expect(line).toBeLessThanOrEqual(lines);
      }),
    );
  });

  it('knows at which line of the file a user stands, behind empty lines and fields of two lines', () => {
    const text = 'karen,"two\r\nlines"\r\n\r\n  \r\nolaf,secret-word\r\n';
    expect(parseCsv(text).map(({ line, fields }) => [line, fields[0]])).toEqual([
      [1, 'karen'],
      [5, 'olaf'],
    ]);
  });

  it('leaves a heading out and takes storage in MiB', () => {
    const rows = bulkRows('Name;Password;Storage\nkaren;correct,horse;500\nolaf;battery staple;\n', []);
    expect(rows).toEqual([
      { line: 2, name: 'karen', password: 'correct,horse', octets: 524_288_000, error: undefined },
      { line: 3, name: 'olaf', password: 'battery staple', octets: undefined, error: undefined },
    ]);
  });

  it('keeps spaces of a password, which are part of it, and none of a name', () => {
    expect(bulkRows(' karen , pass word \n', [])[0]).toMatchObject({ name: 'karen', password: ' pass word ' });
  });

  it.each([
    ['no name', ',long-password', 'The name is missing.'],
    ['no password', 'karen,', 'The password is missing.'],
    ['a name only', 'karen', 'The password is missing.'],
    ['storage that is no number', 'karen,long-password,much', 'Storage must be a whole number'],
    ['storage beyond what the server takes', 'karen,long-password,10000001', 'Storage must be a whole number'],
    ['negative storage', 'karen,long-password,-1', 'Storage must be a whole number'],
    ['a password with a comma', 'karen,long,password,500', 'More than three fields'],
    ['an open quotation mark', 'karen,"long-password', 'A quotation mark is not closed.'],
    ['a file that was no UTF-8', 'k\uFFFDren,long-password', 'Save the file as UTF-8'],
    ['a name there is, in another case', 'OLAF,long-password', 'There is a user of this name already.'],
  ])('says beside the line what is wrong with %s', (_, line, reason) => {
    expect(bulkRows(`${line}\n`, ['olaf'])[0]?.error).toContain(reason);
  });

  it('adds a name that stands twice only once', () => {
    const rows = bulkRows('Jürgen,long-password\njürgen,other-password\n', []);
    expect(rows.map(({ error }) => error !== undefined)).toEqual([false, true]);
  });
});
