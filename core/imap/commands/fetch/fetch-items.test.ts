import { describe, expect, it } from 'vitest';
import { Malformed } from '../../../base/errors.ts';
import { fetchLimits } from '../../../base/limits.ts';
import { readerOf } from '../../wire/testing.ts';
import { expectFetchItems, type FetchItem } from './fetch-items.ts';

function itemsOf(text: string): FetchItem[] {
  const reader = readerOf(text);
  const items = expectFetchItems(reader);
  reader.expectEnd();
  return items;
}

const labelsOf = (text: string) => itemsOf(text).map(({ label }) => label);

describe('the items of a FETCH', () => {
  it.each([
    ['ALL', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE']],
    ['fast', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE']],
    ['Full', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY']],
    ['uid', ['UID']],
    ['body', ['BODY']],
    ['(BODY BODYSTRUCTURE)', ['BODY', 'BODYSTRUCTURE']],
    ['(flags modseq savedate emailid threadid)', ['FLAGS', 'MODSEQ', 'SAVEDATE', 'EMAILID', 'THREADID']],
    ['(rfc822 rfc822.header rfc822.text)', ['RFC822', 'RFC822.HEADER', 'RFC822.TEXT']],
    ['BODY[]', ['BODY[]']],
    ['body.peek[header]', ['BODY[HEADER]']],
    ['BODY.PEEK[4.2.2.1.mime]', ['BODY[4.2.2.1.MIME]']],
    ['BODY[3.HEADER.FIELDS.NOT (To)]<7.1>', ['BODY[3.HEADER.FIELDS.NOT (To)]<7>']],
    ['BODY[text]<0.9223372036854775807>', ['BODY[TEXT]<0>']],
    ['BINARY[]', ['BINARY[]']],
    ['binary.peek[1.2]<3.4>', ['BINARY[1.2]<3>']],
    ['BINARY.SIZE[2]', ['BINARY.SIZE[2]']],
  ])('reads %s and labels the reply as its grammar demands', (text, labels) => {
    expect(labelsOf(text)).toEqual(labels);
  });

  it('repeats field names as the client wrote them, quoted only where an atom will not do', () => {
    expect(labelsOf('BODY[HEADER.FIELDS (Subject "x y" "" "NIL" {4}\r\nDate)]')).toEqual([
      'BODY[HEADER.FIELDS (Subject "x y" "" "NIL" Date)]',
    ]);
  });

  it('keeps offset and length of a partial apart from the label', () => {
    expect(itemsOf('BODY.PEEK[1]<10.20>')).toEqual([
      expect.objectContaining({ peek: true, partial: { offset: 10, length: 20 }, section: { part: [1] } }),
    ]);
  });

  it('knows which items set \\Seen: a wrong one would mark mail as read that nobody has read', () => {
    const peek = (text: string) => itemsOf(text).map((item) => ('peek' in item ? item.peek : true));
    expect(peek('(BODY[] RFC822 RFC822.TEXT BINARY[1])')).toEqual([false, false, false, false]);
    expect(peek('(BODY.PEEK[] RFC822.HEADER BINARY.PEEK[1] BINARY.SIZE[1] BODY)')).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  it('gives an item once that was asked for twice, and sets \\Seen if either would', () => {
    expect(labelsOf('(FLAGS UID FLAGS)')).toEqual(['FLAGS', 'UID']);
    expect(itemsOf('(BODY.PEEK[] UID BODY[])')).toEqual([
      expect.objectContaining({ label: 'BODY[]', peek: false }),
      expect.objectContaining({ label: 'UID' }),
    ]);
    expect(labelsOf('(BODY[]<0.10> BODY[]<0.20>)')).toEqual(['BODY[]<0>', 'BODY[]<0>']);
  });

  it.each([
    '',
    '()',
    '(FLAGS',
    '(FLAGS )',
    '(FLAGS  UID)',
    'FLAGS UID',
    '(ALL)',
    '(FLAGS FAST)',
    'FLAGSX',
    'BODYSTRUCTURE[]',
    'BODY.PEEK',
    'BODY[',
    'BODY[]]',
    'BODY[0]',
    'BODY[1.0]',
    'BODY[1.]',
    'BODY[.1]',
    'BODY[4294967296]',
    'BODY[MIME]',
    'BODY[HEADER.MIME]',
    'BODY[TEXT.1]',
    'BODY[1.FLAGS]',
    'BODY[HEADER.FIELDS]',
    'BODY[HEADER.FIELDS ()]',
    'BODY[HEADER.FIELDS (]',
    'BODY[HEADER.FIELDS Date]',
    'BODY[HEADER (Date)]',
    'BODY[]<>',
    'BODY[]<0>',
    'BODY[]<0.0>',
    'BODY[]<1.2',
    'BODY[]<-1.2>',
    'BODY[] <0.1>',
    'BODY [TEXT]',
    'BINARY',
    'BINARY[TEXT]',
    'BINARY[1.MIME]',
    'BINARY[0]',
    'BINARY.SIZE[1]<0.1>',
    'RFC822[]',
    'PREVIEW',
  ])('refuses %j as malformed', (text) => {
    expect(() => itemsOf(text)).toThrow(Malformed);
  });

  it('refuses more items than anybody needs: each costs work for every message', () => {
    const items = Array.from({ length: fetchLimits.items + 1 }, (_, number) => `BODY[${number + 1}]`);
    expect(() => itemsOf(`(${items.join(' ')})`)).toThrow(Malformed);
    expect(itemsOf(`(${items.slice(1).join(' ')})`)).toHaveLength(fetchLimits.items);
  });
});
