import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LISTED_FIELDS } from '../summary.ts';
import { listedFieldsSelector } from './listed-fields.ts';
import { headerFields } from './sections.ts';
import { summarise } from './summarise.ts';

const select = (message: Buffer, names: ReadonlySet<string>) =>
  listedFieldsSelector(names)(summarise(message).listedFields);

describe('listed fields', () => {
  it('give what the header itself would give, folded, doubled, with and without its end', () => {
    const header = 'Received: x\r\nFROM: a\r\nX: y\r\nDate: b\r\n  c\r\nfrom: d\r\n';
    for (const end of ['\r\n', '']) {
      const message = Buffer.from(header + end);
      for (const names of [new Set(['from']), new Set(['date', 'from']), new Set(['cc']), LISTED_FIELDS]) {
        expect(select(message, names)).toBe(headerFields(message, names, false));
      }
    }
  });

  it('give them however many there are and however long they are', () => {
    const many = Array.from({ length: 70_000 }, (_, i) => `To: ${i}\r\n`).join('');
    for (const length of [0, 100, 254, 255, 256, 70_000]) {
      const message = Buffer.from(`${length > 100 ? many : ''}Subject: ${'x'.repeat(length)}\r\nDate: d\r\n\r\nbody`);
      for (const names of [new Set(['subject']), new Set(['date']), new Set(['to', 'date'])]) {
        expect(select(message, names) === headerFields(message, names, false)).toBe(true);
      }
    }
  });

  it('give what the header itself would give, whatever stands in it', () => {
    const line = fc.oneof(
      fc.tuple(fc.constantFrom(...LISTED_FIELDS, 'X-Other', 'Received'), fc.constantFrom(':', ' :', ''), fc.string()),
      fc.tuple(fc.constantFrom(' ', '\t', '\r', '', '\u0000', '\u00e4'), fc.string()),
    );
    const ends = fc.constantFrom('\r\n', '\n');
    const header = fc
      .array(fc.tuple(line, ends))
      .map((lines) => lines.map(([words, end]) => words.join('') + end).join(''));
    const names = fc.uniqueArray(fc.constantFrom(...LISTED_FIELDS)).map((some) => new Set(some));
    fc.assert(
      fc.property(header, fc.constantFrom('', '\r\n', '\r\nbody: x\r\n'), names, (text, end, wanted) => {
        const message = Buffer.from(text + end, 'latin1');
        const { parts } = summarise(message);
        const expected = headerFields(message.subarray(0, parts.bodyStart), wanted, false);
        expect(select(message, wanted)).toBe(expected);
      }),
      { seed: 20240115, numRuns: 500 },
    );
  });
});
