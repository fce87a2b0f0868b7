import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mimeLimits } from '../../base/limits.ts';
import { LISTED_FIELDS } from '../summary.ts';
import { withBasicGlobal } from './basic-global.ts';
import { listedFieldsSelector } from './listed-fields.ts';
import { type SectionText, sectionRange } from './sections.ts';
import { summarise } from './summarise.ts';
import { readBody, readEnvelope, type Value } from './testdata/grammar.ts';

/** What stands beside a message in testdata: strings are octets as latin1. */
interface Expected {
  readonly why: string;
  readonly envelope: Value;
  readonly bodyStructure: Value;
  /** By section, as in the brackets of BODY[…]; null for a part that does not exist. */
  readonly sections: Readonly<Record<string, string | null>>;
}

const folder = join(import.meta.dirname, 'testdata');

describe('messages of testdata', () => {
  for (const file of globSync('*/*.eml', { cwd: folder }).toSorted()) {
    const message = readFileSync(join(folder, file));
    const expected: Expected = JSON.parse(readFileSync(join(folder, file.replace(/eml$/, 'json')), 'utf8'));

    it(`${file}: ${expected.why}`, () => {
      const summary = summarise(message);
      expect(readEnvelope(summary.envelope)).toEqual(expected.envelope);
      expect(readBody(summary.bodyStructure, true)).toEqual(expected.bodyStructure);
      readBody(summary.body, false);
      for (const [name, text] of Object.entries(expected.sections)) {
        const range = sectionRange(summary.parts, parseSection(name));
        expect(range ? message.toString('latin1', range.start, range.end) : null, name).toBe(text);
      }
    });
  }
});

function parseSection(name: string): { part: number[]; text: SectionText | undefined } {
  const words = name.split('.');
  const text = /^[A-Z]/.test(words.at(-1)!) ? (words.pop() as SectionText) : undefined;
  return { part: words.map(Number), text };
}

const mail = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');

describe('for IMAP4rev1', () => {
  it('message/global is a type like any other (RFC 3501 section 9), wherever it is and whatever is inside', () => {
    const type = fc.constantFrom('message/global', 'message/rfc822', 'multipart/mixed; boundary=b', 'text/plain');
    const description = fc.constantFrom('("message" "global" ', 'a\\"(', '\xe4{3}', 'plain');
    const fields = fc.array(fc.tuple(type, description), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fields, (levels) => {
        const text = levels.map(([media, about]) => `Content-Type: ${media}\nContent-Description: ${about}\n\n--b\n`);
        const message = mail(text.join(''));
        const { body, bodyStructure } = summarise(message);
        const asOther = Buffer.from(
          message.toString('latin1').replaceAll(': message/global', ': message/globel'),
          'latin1',
        );
        const other = summarise(asOther);
        expect(withBasicGlobal(body)).toBe(other.body.replaceAll('globel', 'global'));
        expect(withBasicGlobal(bodyStructure)).toBe(other.bodyStructure.replaceAll('globel', 'global'));
      }),
    );
  });
});

describe('summarise', () => {
  it('reads the first field behind a byte order mark, which stays in the message', () => {
    const summary = summarise(Buffer.from('\xef\xbb\xbfSubject: one\r\nFrom: a@example.org\r\n\r\n', 'latin1'));
    expect(summary.envelope).toContain('"one"');
    expect(listedFieldsSelector(new Set(['subject']))?.(summary.listedFields)).toBe('Subject: one\r\n\r\n');
  });

  it('gives the listed fields as they stand, with the empty line only where the message has one', () => {
    const header = 'subject: a\n  b\nX-Other: c\nFROM: d@example.org\n';
    const listed = 'subject: a\r\n  b\r\nFROM: d@example.org\r\n';
    const all = listedFieldsSelector(LISTED_FIELDS);
    expect(all(summarise(mail(`${header}\nbody`)).listedFields)).toBe(`${listed}\r\n`);
    expect(all(summarise(mail(header)).listedFields)).toBe(listed);
  });

  it('leaves the line break before a delimiter to the delimiter, right behind a header too (RFC 2046 section 5.1.1)', () => {
    const message = mail(
      'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Id: <a>\n\n--b\n\n--b\n\n\n--b--\n',
    );
    const { parts } = summarise(message);
    const texts = parts.children.map(({ headerStart, bodyStart, bodyEnd }) => [
      message.toString('latin1', headerStart, bodyStart),
      message.toString('latin1', bodyStart, bodyEnd),
    ]);
    expect(texts).toEqual([
      ['Content-Id: <a>\r\n', ''],
      ['', ''],
      ['\r\n', ''],
    ]);
  });

  it('joins fields of addresses that stand several times, and takes the first of the others', () => {
    const text = 'To: a@example.org\nSubject: one\nTo: b@example.org\nSubject: two\n\n';
    const [, subject, , , , to] = readEnvelope(summarise(mail(text)).envelope) as Value[];
    expect(subject).toBe('one');
    expect(to).toEqual([
      [null, null, 'a', 'example.org'],
      [null, null, 'b', 'example.org'],
    ]);
  });

  it('shows parts below the greatest depth as one body, so that nobody runs out of stack', () => {
    const bomb = 'Content-Type: message/rfc822\n\n'.repeat(10_000);
    const { bodyStructure, parts } = summarise(mail(bomb));
    readBody(bodyStructure, true);
    let depth = 0;
    let part = parts;
    for (; part.children[0]; part = part.children[0]) depth++;
    expect(depth).toBe(mimeLimits.depth);
    expect(part.mediaType).toBe('application/octet-stream');
    expect(part.bodyEnd).toBe(mail(bomb).length);
  });

  it('gives what follows the last part it counts to that part', () => {
    const message = mail(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\n'.repeat(mimeLimits.parts + 10)}`);
    const { parts, bodyStructure } = summarise(message);
    readBody(bodyStructure, true);
    expect(parts.children.length).toBe(mimeLimits.parts - 1);
    expect(parts.bodyEnd).toBe(message.length);
  });

  it('counts lines of large texts and of small ones in the same way', () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => 'x'.repeat(i % 90)).join('\r\n');
    const message = mail(`Content-Type: message/rfc822\n\nSubject: inner\n\n`);
    const structure = readBody(summarise(Buffer.concat([message, Buffer.from(lines)])).bodyStructure, true) as Value[];
    expect(structure[9]).toBe(4_999 + 2);
    expect((structure[8] as Value[])[7]).toBe(4_999);
  });

  it('writes long and 8-bit values as literals of exactly their octets', () => {
    const long = 'x'.repeat(5_000);
    const { envelope } = summarise(mail(`Subject: ${long}\nMessage-ID: \xe4\n\n`));
    expect(envelope).toContain(`{5000}\r\n${long} `);
    expect(envelope).toMatch(/ \{1\}\r\n\xe4\)$/);
  });
});
