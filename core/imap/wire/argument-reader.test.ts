import { describe, expect, it } from 'vitest';
import { Malformed } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import type { ArgumentReader } from './argument-reader.ts';
import { readerOf } from './testing.ts';

function text(octets: Uint8Array | null | undefined): string | null | undefined {
  return octets && Buffer.from(octets).toString('latin1');
}

/** What reading throws; fails when it throws nothing or anything but Malformed. */
function complaint(command: string, read: (reader: ArgumentReader) => unknown): string {
  try {
    read(readerOf(command));
  } catch (problem) {
    if (problem instanceof Malformed) return problem.message;
    throw problem;
  }
  throw new Error(`${JSON.stringify(command)} was accepted`);
}

describe('what is Malformed', () => {
  const cases: [what: string, command: string, read: (reader: ArgumentReader) => unknown, message: string][] = [
    ['no tag', ' NOOP', (r) => r.expectTag(), 'Expected a tag at column 1, found a space'],
    ['nothing at all', '', (r) => r.expectTag(), 'Expected a tag at column 1, found the end of the command'],
    ['a tag with +', '+1 NOOP', (r) => r.expectTag(), "Expected a tag at column 1, found '+'"],
    ['8-bit in an atom', '\xe4b', (r) => r.expectAtom(), 'Expected an atom at column 1, found octet 228'],
    ['NUL', '\0', (r) => r.expectAstring(), 'Expected a string at column 1, found octet 0'],
    ['a tab for a space', '\tx', (r) => r.expectSpace(), 'Expected a space at column 1, found octet 9'],
    ['two spaces', '  x', (r) => [r.expectSpace(), r.expectAtom()], 'Expected an atom at column 2, found a space'],
    ['more after the end', ' ', (r) => r.expectEnd(), 'Expected the end of the command at column 1, found a space'],
    ['] in an atom', ']', (r) => r.expectAtom(), "Expected an atom at column 1, found ']'"],
    [
      'an open quote',
      '"abc',
      (r) => r.expectAstring(),
      'Expected the closing quote at column 5, found the end of the command',
    ],
    ['NUL in quotes', '"a\0b"', (r) => r.expectAstring(), 'Expected the closing quote at column 3, found octet 0'],
    [
      'a bare CR in quotes',
      '"a\rb"',
      (r) => r.expectAstring(),
      'Expected the closing quote at column 3, found octet 13',
    ],
    [
      'an escape that is none',
      '"a\\n"',
      (r) => r.expectAstring(),
      `Expected " or \\ after the \\ at column 4, found 'n'`,
    ],
    [
      'an escape at the end',
      '"a\\',
      (r) => r.expectAstring(),
      'Expected " or \\ after the \\ at column 4, found the end of the command',
    ],
    [
      'an escaped closing quote',
      '"a\\"',
      (r) => r.expectAstring(),
      'Expected the closing quote at column 5, found the end of the command',
    ],
    ['a brace that is no literal', '{5} x', (r) => r.expectAstring(), "Expected a string at column 1, found '{'"],
    ['NUL in a literal', '{2+}\r\na\0', (r) => r.expectAstring(), 'A literal with NUL is not allowed at column 1'],
    ['a literal8 for a string', '~{1+}\r\na', (r) => r.expectAstring(), 'A literal8 (~{n}) is not allowed at column 1'],
    ['no message', '"text"', (r) => r.expectMessage(), `Expected a literal with the message at column 1, found '"'`],
    ['a list without end', '(a b', (r) => r.expectFlagList(), "Expected ')' at column 5, found the end of the command"],
    ['a list with a space too many', '(a )', (r) => r.expectFlagList(), "Expected a flag at column 4, found ')'"],
    [
      'a list with a space at the start',
      '( a)',
      (r) => r.expectFlagList(),
      'Expected a flag at column 2, found a space',
    ],
    [
      'an empty list',
      '()',
      (r) => r.expectList(() => r.expectAtom(), { min: 1 }),
      'An empty list is not allowed at column 3',
    ],
    ['no list', 'a', (r) => r.expectList(() => r.expectAtom()), "Expected '(' at column 1, found 'a'"],
    [
      'a flag that only servers send',
      '\\*',
      (r) => r.expectFlag(),
      "Expected a flag name after the \\ at column 2, found '*'",
    ],
    [
      'an unknown word',
      'BODYSTRUCTURE',
      (r) => r.expectKeyword('BODY', 'UID'),
      "Expected BODY or UID at column 1, found 'B'",
    ],
    ['a number over 32 bits', '4294967296', (r) => r.expectNumber(), 'A number over 4294967295 at column 1'],
    [
      'zero for a number above 0',
      '0',
      (r) => r.expectNonZeroNumber(),
      "Expected a number above 0 at column 1, found '0'",
    ],
    ['a leading zero there', '01', (r) => r.expectNonZeroNumber(), "Expected a number above 0 at column 1, found '0'"],
    ['a negative number', '-1', (r) => r.expectNumber(), "Expected a number at column 1, found '-'"],
    [
      'a number over 63 bits',
      '9223372036854775808',
      (r) => r.expectNumber64(),
      'A number over 9223372036854775807 at column 1',
    ],
    ['text that is not UTF-8', '"\xe4"', (r) => r.expectAstringText(), 'The string is not UTF-8 at column 4'],
    [
      'a literal that is not UTF-8',
      '{1+}\r\n\xe4 x',
      (r) => r.expectAstringText(),
      'The string is not UTF-8 at column 1 after literal 1',
    ],
    ['a name not UTF-8', '"\xe4"', (r) => r.expectMailbox(true), 'The mailbox name is not UTF-8 at column 4'],
    [
      'a literal before the rest',
      '{1+}\r\nax',
      (r) => r.rest(),
      'Expected the end of the command at column 1, found a literal',
    ],
  ];
  it.each(cases)('%s', (_, command, read, message) => {
    expect(complaint(command, read)).toBe(message);
  });

  it('a token longer than any name', () => {
    const long = 'x'.repeat(wireLimits.atom);
    for (const read of [
      (r: ArgumentReader) => r.atom(),
      (r: ArgumentReader) => r.astring(),
      (r: ArgumentReader) => r.flag(),
    ]) {
      expect(complaint(`${long}x`, read)).toMatch(/is longer than 8192 octets/);
      expect(read(readerOf(long))).toBeDefined();
    }
    expect(complaint(`"${long}x"`, (r) => r.string())).toMatch(/is longer than 8192 octets/);
    expect(complaint(`"${'\\\\'.repeat(2 * wireLimits.atom)}"`, (r) => r.string())).toMatch(
      /is longer than 8192 octets/,
    );
    expect(readerOf(`"${long}"`).string()).toHaveLength(wireLimits.atom);
  });

  it('parentheses nested deeper than the limit, before the stack ends', () => {
    const nestedList = (reader: ArgumentReader): unknown =>
      reader.list(() => nestedList(reader)) ?? reader.expectAtom();
    expect(complaint('('.repeat(10_000), nestedList)).toBe('More than 50 levels of nesting at column 52');
    expect(nestedList(readerOf(`${'('.repeat(50)}x${')'.repeat(50)}`))).toBeDefined();
    expect(() => nestedList(readerOf('(((x)))', { nesting: 2 }))).toThrow(Malformed);
  });

  it('counts depth, not lists: many beside each other are no danger', () => {
    const reader = readerOf('() '.repeat(200));
    for (let i = 0; i < 200; i++) {
      reader.expectFlagList();
      reader.expectSpace();
    }
    reader.expectEnd();
  });
});

describe('what is tried and not there', () => {
  it('takes nothing', () => {
    const reader = readerOf('(x');
    const tries = [
      reader.tag(),
      reader.space(),
      reader.char(')'),
      reader.keyword('X'),
      reader.atom(),
      reader.astring(),
      reader.flag(),
      reader.astringText(),
      reader.string(),
      reader.nstring(),
      reader.message(),
      reader.number(),
      reader.nonZeroNumber(),
      reader.number64(),
      reader.sequenceSet(),
      reader.mailbox(true),
      reader.listMailbox(true),
      reader.dateTime(),
      reader.date(),
    ];
    expect(tries.every((result) => result === undefined || result === false)).toBe(true);
    expect(text(reader.rest())).toBe('(x');
  });
});

describe('tokens', () => {
  it('reads a command as it is usually sent', () => {
    const reader = readerOf('A.1] Login "us\\"er" {4+}\r\npa\\s');
    expect(reader.expectTag()).toBe('A.1]');
    reader.expectSpace();
    expect(reader.commandName()).toBe('LOGIN');
    reader.expectSpace();
    expect(text(reader.expectAstring())).toBe('us"er');
    reader.expectSpace();
    expect(reader.peek()).toBe('{'.charCodeAt(0));
    expect(reader.end()).toBe(false);
    expect(reader.expectAstringText()).toBe('pa\\s');
    expect(reader.peek()).toBeUndefined();
    reader.expectEnd();
  });

  it('ends atoms before every octet that RFC 9051 section 9 excludes, and at no other', () => {
    for (let code = 0; code < 256; code++) {
      const character = String.fromCharCode(code);
      if (character === '\n') continue;
      const special = code <= 0x20 || code >= 0x7f || '(){%*"\\]'.includes(character);
      expect(readerOf(`a${character}b`).atom(), `octet ${code}`).toBe(special ? 'a' : `a${character}b`);
      const inAstring = !special || character === ']';
      expect(text(readerOf(`a${character}b`).astring()), `octet ${code}`).toBe(inAstring ? `a${character}b` : 'a');
      expect(readerOf(`a${character}b`).tag(), `octet ${code}`).toBe(
        inAstring && character !== '+' ? `a${character}b` : 'a',
      );
      const inPattern = inAstring || '%*'.includes(character);
      expect(readerOf(`a${character}b`).listMailbox(true), `octet ${code}`).toBe(inPattern ? `a${character}b` : 'a');
    }
  });

  it('takes every octet but NUL, CR and LF between quotes (RFC 9051 section 4.3, UTF-8 included)', () => {
    const inside = Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1))
      .filter((character) => !'\r\n'.includes(character))
      .join('');
    const escaped = inside.replace(/["\\]/g, '\\$&');
    expect(text(readerOf(`"${escaped}"`).string())).toBe(inside);
  });

  it('takes an empty string in every form, and an atom for a string only where an astring stands', () => {
    expect(text(readerOf('""').astring())).toBe('');
    expect(text(readerOf('{0+}\r\n').astring())).toBe('');
    expect(readerOf('atom').string()).toBeUndefined();
  });

  it('tells NIL from "NIL", and from an atom that begins so', () => {
    expect(readerOf('nil').nstring()).toBeNull();
    expect(readerOf('Nil)').nstring()).toBeNull();
    expect(text(readerOf('"NIL"').nstring())).toBe('NIL');
    expect(text(readerOf('{3+}\r\nNIL').nstring())).toBe('NIL');
    expect(readerOf('NILS').nstring()).toBeUndefined();
    expect(text(readerOf('NIL').astring())).toBe('NIL');
  });

  it('finds whole words only, in any case, up to the bracket of a section', () => {
    const reader = readerOf('body.Peek[TEXT]<0.1> UID');
    expect(reader.keyword('BODY', 'BODY.PEEK')).toBe('BODY.PEEK');
    reader.expectChar('[');
    expect(reader.keyword('TEX', 'TEXTS')).toBeUndefined();
    expect(reader.expectKeyword('TEX', 'TEXT')).toBe('TEXT');
    expect(text(reader.rest())).toBe(']<0.1> UID');
  });

  it('gives a message as it is, with its NULs, and says how it was announced', () => {
    expect(readerOf('~{3+}\r\na\0b').message()).toEqual({ bytes: Buffer.from('a\0b'), literal8: true });
    expect(readerOf('{2+}\r\n\xff\0').message()).toEqual({ bytes: Buffer.from([255, 0]), literal8: false });
  });

  it('goes on behind a message: MULTIAPPEND', () => {
    const reader = readerOf('{1+}\r\na (\\Seen) {1+}\r\nb');
    expect(text(reader.expectMessage().bytes)).toBe('a');
    reader.expectSpace();
    expect(reader.expectFlagList()).toEqual(['\\Seen']);
    reader.expectSpace();
    expect(text(reader.expectMessage().bytes)).toBe('b');
    reader.expectEnd();
  });

  it('reads flags as they were written', () => {
    expect(readerOf('(\\seen $Forwarded a[b \\Recent)').expectFlagList()).toEqual([
      '\\seen',
      '$Forwarded',
      'a[b',
      '\\Recent',
    ]);
    expect(readerOf('()').expectFlagList()).toEqual([]);
  });
});

describe('numbers', () => {
  it('reach to the end of their range', () => {
    expect(readerOf('4294967295').number()).toBe(4_294_967_295);
    expect(readerOf('000').number()).toBe(0);
    expect(readerOf('1x').nonZeroNumber()).toBe(1);
    expect(readerOf('9007199254740991').number64()).toBe(Number.MAX_SAFE_INTEGER);
    expect(readerOf('009223372036854775807').number64()).toBe(Number.MAX_SAFE_INTEGER);
    expect(readerOf('0').number64()).toBe(0);
  });
});

describe('mailbox names', () => {
  it('know INBOX in any case and in any form, and nothing longer', () => {
    for (const form of ['inbox', '"InBox"', '{5+}\r\nINBOX']) expect(readerOf(form).mailbox(false)).toBe('INBOX');
    expect(readerOf('inbox/a').mailbox(false)).toBe('inbox/a');
    // The long s and the dotless i of other alphabets are no ASCII letters, whatever toUpperCase makes of them.
    expect(readerOf('"\xc4\xb1nbox"').mailbox(true)).toBe('\u0131nbox');
  });

  it('are modified UTF-7 in rev1, and & means itself in rev2', () => {
    expect(readerOf('Entw&APw-rfe').mailbox(false)).toBe('Entwürfe');
    expect(readerOf('R&-D').mailbox(false)).toBe('R&D');
    expect(readerOf('R&-D').mailbox(true)).toBe('R&-D');
    expect(readerOf('"Entw\xc3\xbcrfe"').mailbox(true)).toBe('Entwürfe');
  });

  it('may be raw UTF-8 from a rev1 client that knows no better', () => {
    expect(readerOf('"R&D Entw\xc3\xbcrfe"').mailbox(false)).toBe('R&D Entwürfe');
  });

  it('keep the wildcards of a pattern', () => {
    expect(readerOf('&APw-*/%').listMailbox(false)).toBe('ü*/%');
    expect(readerOf('"*"').listMailbox(false)).toBe('*');
    expect(readerOf('""').listMailbox(false)).toBe('');
  });
});
