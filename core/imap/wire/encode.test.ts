import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireLimits } from '../../base/limits.ts';
import { astring, literal, mailboxName, nstring, quoted, string, utf8 } from './encode.ts';
import { readerOf } from './testing.ts';

// The same examples in every run: a failure must come back.
fc.configureGlobal({ seed: 9051 });

/** What a client reads in it: our own grammar, as it takes everything that a client's must. */
function read(text: string): string {
  const reader = readerOf(text);
  const octets = reader.expectAstring();
  reader.expectEnd();
  return Buffer.from(octets).toString('latin1');
}

const octets = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) });
const name = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !/^inbox$/i.test(text));

describe('strings', () => {
  it('cannot end a line or break out of their quotes', () => {
    expect(string('a"b\\c')).toBe('"a\\"b\\\\c"');
    expect(string('a\r\n* BYE')).toBe('{8}\r\na\r\n* BYE');
    expect(string('a\rb')).toBe('{3}\r\na\rb');
    expect(string('a\nb')).toBe('{3}\r\na\nb');
    expect(string('a\0b')).toBe('{3}\r\na\0b');
  });

  it('are never quoted with 8-bit octets: an IMAP4rev1 client need not read them', () => {
    expect(string('\xfc')).toBe('{1}\r\n\xfc');
    expect(string(utf8('ü'))).toBe('{2}\r\n\xc3\xbc');
    expect(string('\x7f\x80')).toBe('{2}\r\n\x7f\x80');
  });

  it('are literals when long', () => {
    const long = 'x'.repeat(wireLimits.quotedReply);
    expect(string(long)).toBe(`"${long}"`);
    expect(string(`${long}x`)).toBe(`{${long.length + 1}}\r\n${long}x`);
    expect(astring(`${long}x`)).toBe(`{${long.length + 1}}\r\n${long}x`);
  });

  it('are refused when a character is no octet: cutting it down would send another text', () => {
    expect(() => string('€')).toThrow(RangeError);
    expect(() => literal('€')).toThrow(RangeError);
  });

  it('take octets as well', () => {
    expect(string(Buffer.from('xabcx').subarray(1, 4))).toBe('"abc"');
    expect(string(new Uint8Array([0xff]))).toBe('{1}\r\n\xff');
  });

  it('are empty or NIL, which is not the same', () => {
    expect([string(''), astring(''), nstring(''), nstring(null), nstring('NIL')]).toEqual([
      '""',
      '""',
      '""',
      'NIL',
      '"NIL"',
    ]);
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(octets, (text) => {
        expect(read(string(text))).toBe(text);
        expect(read(astring(text))).toBe(text);
        expect(read(nstring(text))).toBe(text);
        expect(read(literal(text))).toBe(text);
        if (!/[\r\n]/.test(text)) expect(read(quoted(text))).toBe(text);
      }),
    );
  });
});

describe('astring', () => {
  it('is an atom only when every reader takes it for one', () => {
    expect(astring('Sent')).toBe('Sent');
    for (const text of ['a b', 'nil', 'NIL', '(', 'a]', '%', '*', '"', '\\', '{5}', 'a{5}']) {
      expect(astring(text)).toMatch(/^".*"$/);
    }
  });
});

describe('mailboxName', () => {
  it('is modified UTF-7 for IMAP4rev1, quoted UTF-8 for IMAP4rev2', () => {
    expect(mailboxName('Entwürfe & mehr', false)).toBe('"Entw&APw-rfe &- mehr"');
    expect(mailboxName('Entwürfe & mehr', true)).toBe('"Entw\xc3\xbcrfe & mehr"');
    expect(mailboxName('Sent', true)).toBe('Sent');
    expect(mailboxName('a\r\n* BYE ü', true)).toBe('{11}\r\na\r\n* BYE \xc3\xbc');
  });

  it('comes back as it was, in both modes', () => {
    fc.assert(
      fc.property(name, fc.boolean(), (original, asUtf8) => {
        const reader = readerOf(mailboxName(original, asUtf8));
        expect(reader.expectMailbox(asUtf8)).toBe(original);
        reader.expectEnd();
      }),
      { numRuns: 500 },
    );
  });
});
