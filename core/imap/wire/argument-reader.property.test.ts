import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed, Refused } from '../../base/errors.ts';
import { ArgumentReader } from './argument-reader.ts';
import { mailboxName, string } from './encode.ts';
import { commandOf, readerOf, receive } from './testing.ts';

// The same examples in every run: a failure must come back.
fc.configureGlobal({ seed: 9051 });

type Read = (reader: ArgumentReader) => unknown;

const nestedList: Read = (reader) => reader.list(() => nestedList(reader)) ?? reader.expectAstring();

/** Every way to read, the trying ones first. */
const tries: readonly Read[] = [
  (r) => r.tag(),
  (r) => r.keyword('A', 'BODY', 'NIL', ''),
  (r) => r.atom(),
  (r) => r.astring(),
  (r) => r.astringText(),
  (r) => r.string(),
  (r) => r.nstring(),
  (r) => r.message(),
  (r) => r.number(),
  (r) => r.nonZeroNumber(),
  (r) => r.number64(),
  (r) => r.sequenceSet(),
  (r) => r.mailbox(false),
  (r) => r.mailbox(true),
  (r) => r.listMailbox(false),
  (r) => r.flag(),
  (r) => r.dateTime(),
  (r) => r.date(),
  (r) => r.list(() => r.expectFlag()),
];
const others: readonly Read[] = [
  (r) => r.space() || undefined,
  (r) => r.char('(') || undefined,
  (r) => r.end(),
  (r) => r.peek(),
  (r) => r.rest(),
  (r) => r.expectFlagList(),
  (r) => r.expectEnd(),
  nestedList,
];

/** Octets that lead deep into the grammar more often than chance would. */
const piece = fc.oneof(
  fc.constantFrom('(', ')', '"', '\\', ' ', '{', '}', '[', ']', '<', '*', ':', ',', '$', '&', '-', '\0', '\r', '\xff'),
  fc.constantFrom(
    'NIL',
    'INBOX',
    '\\Seen',
    '"17-Jul-1996 02:44:25 -0700"',
    '1-Feb-1994',
    '&AOQ-',
    '{3+}\r\nab\0',
    '~{1}\r\nx',
  ),
  fc.nat().map(String),
  fc.string({ unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 6 }),
);
const junk = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));

/** Undefined when reading threw Malformed, or Refused for a name that no mailbox has; anything else that is thrown fails the test. */
function attempt(reader: ArgumentReader, read: Read): { readonly value: unknown } | undefined {
  try {
    return { value: read(reader) };
  } catch (problem) {
    if (!(problem instanceof Malformed || problem instanceof Refused)) throw problem;
    expect(problem.message).toMatch(/^[\x20-\x7e]+$/);
    return undefined;
  }
}

describe('whatever a client sends', () => {
  it('reading it throws nothing but Malformed and Refused, in ASCII on one line', () => {
    const reads = fc.array(fc.constantFrom(...tries, ...others), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(junk, reads, (text, steps) => {
        for (const event of receive([Buffer.from(`${text}\r\n`, 'latin1')])) {
          if (event.kind !== 'command') continue;
          const reader = new ArgumentReader(event.command);
          for (const step of steps) attempt(reader, step);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('what is tried and not there takes nothing', () => {
    const line = junk.map((text) => text.replace(/[\r\n{}]/g, ''));
    fc.assert(
      fc.property(line, fc.constantFrom(...tries), (text, read) => {
        const reader = readerOf(text);
        const outcome = attempt(reader, read);
        if (outcome === undefined || outcome.value !== undefined) return;
        expect(Buffer.from(reader.rest()).toString('latin1')).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('the stack survives any depth', () => {
    for (const text of ['('.repeat(60_000), '(('.repeat(1000) + ')'.repeat(2000)]) {
      expect(() => nestedList(new ArgumentReader(commandOf(text)))).toThrow(Malformed);
    }
  });
});

describe('what is written in the grammar', () => {
  type Tree = string | readonly Tree[];
  const octets = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) });
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, octets, fc.array(tie('tree'), { maxLength: 4 })),
  }));

  const write = (value: Tree): string =>
    typeof value === 'string' ? string(value) : `(${value.map(write).join(' ')})`;
  const read = (reader: ArgumentReader): Tree =>
    reader.list(() => read(reader)) ?? Buffer.from(reader.expectString()).toString('latin1');

  it('comes back: strings in nested lists', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const reader = readerOf(write(value));
        expect(read(reader)).toEqual(value);
        reader.expectEnd();
      }),
      { numRuns: 500 },
    );
  });

  it('comes back: a whole APPEND', () => {
    const keyword = fc.stringMatching(/^[a-zA-Z$_.[-]{1,20}$/);
    const flags = fc.array(fc.oneof(keyword, fc.constantFrom('\\Seen', '\\Deleted', '\\Whatever')), { maxLength: 5 });
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\0]|^inbox$/i.test(text));
    const message = fc.uint8Array({ maxLength: 500 });
    fc.assert(
      fc.property(
        name,
        flags,
        fc.array(message, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (mailbox, set, bodies, utf8) => {
          const messages = bodies.map(
            (body) => ` (${set.join(' ')}) ~{${body.length}+}\r\n${Buffer.from(body).toString('latin1')}`,
          );
          const reader = readerOf(`t1 append ${mailboxName(mailbox, utf8)}${messages.join('')}`);
          expect(reader.expectTag()).toBe('t1');
          reader.expectSpace();
          expect(reader.commandName()).toBe('APPEND');
          reader.expectSpace();
          expect(reader.expectMailbox(utf8)).toBe(mailbox);
          for (const body of bodies) {
            reader.expectSpace();
            expect(reader.expectFlagList()).toEqual(set);
            reader.expectSpace();
            expect(reader.expectMessage()).toEqual({ bytes: Buffer.from(body), literal8: true });
          }
          reader.expectEnd();
        },
      ),
      { numRuns: 300 },
    );
  });
});
