import { describe, expect, it } from 'vitest';
import { searchLimits } from '../../base/limits.ts';
import { summarise } from '../mime/summarise.ts';
import type { ContentCriterion } from '../search-criteria.ts';
import { matcherOf } from './matches.ts';
import { searchText } from './search-text.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const MESSAGE = Buffer.from(
  [
    'Date: Fri, 21 Nov 1997 23:55:06 -0600',
    'From: =?iso-8859-1?Q?J=FCrgen?= <j@example.org>',
    'Subject: =?utf-8?b?U3RyYcOf?=',
    ' =?utf-8?q?e_nach?= Rom',
    'X-Empty:',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    'the preamble',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    base64('Zwei Ölfässer, καὶ ΣΊΣΥΦΟΣ\r\n'),
    '--b',
    'Content-Type: text/html; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<style>h1 { unseen: yes }</style><p title=3D"tooltip">f=FCn<b>f</b> K&auml;se=',
    'kuchen &#8364;</p>',
    '--b',
    "Content-Type: application/pdf; name*0*=utf-8''Rechnung%20f; name*1*=%C3%BCr%20Mai.pdf",
    'Content-Transfer-Encoding: base64',
    '',
    base64('not to be found'),
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: the inner subject',
    '',
    'the inner text',
    '--b--',
    'the epilogue',
  ].join('\r\n'),
);
const LAYOUT = summarise(MESSAGE).parts;

const does = (criterion: ContentCriterion) => matcherOf(criterion)(MESSAGE, LAYOUT);
const header = (name: string, value: string) => does({ kind: 'header', name, value });
const inBody = (value: string) => does({ kind: 'body', value });
const inText = (value: string) => does({ kind: 'text', value });
const DAY = Date.UTC(1997, 10, 21) / 86_400_000;

function parsed(text: string) {
  const message = Buffer.from(text);
  return { message, parts: summarise(message).parts };
}

describe('HEADER', () => {
  it('finds decoded words whatever their case and composition', () => {
    for (const value of ['jürgen', 'JÜRGEN', 'ju\u0308rgen', '<J@EXAMPLE.org>'])
      expect(header('From', value)).toBe(true);
    expect(header('subject', 'straße nach rom')).toBe(true);
    expect(header('subject', 'STRASSE NACH')).toBe(true);
  });

  it('finds what people read, and not how it was encoded on its way', () => {
    for (const value of ['=?utf-8?b?U3RyYcOf?=', 'utf-8', '=?', 'U3Ry'])
      expect([value, header('SUBJECT', value)]).toEqual([value, false]);
  });

  it('takes a folded line for one blank, whatever it was folded with', () => {
    for (const fold of ['\r\n ', '\r\n\t', '\r\n \t  ', '\n\t', '\r\r\n ']) {
      const { message, parts } = parsed(`Subject: quarterly report${fold}for the board\r\n\r\n`);
      const criterion = { kind: 'header', name: 'Subject', value: 'quarterly report for the board' } as const;
      expect([fold, matcherOf(criterion)(message, parts)]).toEqual([fold, true]);
    }
  });

  it('finds the whole name of a file that was sent in pieces, encoded or plain', () => {
    const pieces = [
      'filename*0="quarterly-"; filename*1="report.pdf"',
      "filename*0*=utf-8''quarterly-; filename*1=report.pdf",
      'filename*1="report.pdf";\r\n filename*0="quarterly-"',
    ];
    for (const field of pieces) {
      const text = `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment; ${field}\r\n\r\nx\r\n--b--\r\n`;
      const { message, parts } = parsed(text);
      expect([field, matcherOf({ kind: 'body', value: 'quarterly-report.pdf' })(message, parts)]).toEqual([
        field,
        true,
      ]);
    }
  });

  it('looks at the named field only', () => {
    expect(header('To', 'jürgen')).toBe(false);
    expect(header('Subj', 'rom')).toBe(false);
    expect(header('Subject', 'inner')).toBe(false);
  });

  it('finds with an empty value every message that has the field (RFC 9051 section 6.4.4)', () => {
    expect(header('x-empty', '')).toBe(true);
    expect(header('x-empty', 'a')).toBe(false);
    expect(header('x-missing', '')).toBe(false);
  });
});

describe('BODY and TEXT', () => {
  it('look through transfer encodings and charsets', () => {
    expect(inBody('ölfässer')).toBe(true);
    expect(inBody('σίσυφος')).toBe(true);
    expect(inBody('σίσυφοσ')).toBe(true);
  });

  it('look at HTML as it is seen and as it was sent', () => {
    expect(inBody('fünf Käsekuchen €')).toBe(true);
    expect(inBody('title="tooltip"')).toBe(true);
    expect(inBody('{ unseen: yes }')).toBe(true);
  });

  it('find attachments by their names, not by their octets', () => {
    expect(inBody('rechnung für mai.pdf')).toBe(true);
    expect(inBody('not to be found')).toBe(false);
    expect(inBody(base64('not to be found'))).toBe(false);
  });

  it('look into messages inside', () => {
    expect(inBody('the inner subject')).toBe(true);
    expect(inBody('the inner text')).toBe(true);
  });

  it.each(['message/global', 'message/rfc822'])(
    'look into %s that has an encoding, and into one inside of it',
    (type) => {
      const inner = Buffer.from('Subject: the hidden subject\r\n\r\nthe hidden text');
      const wrapped = (text: Buffer) =>
        Buffer.from(`Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${text.toString('base64')}`);
      for (const message of [wrapped(inner), wrapped(wrapped(inner))]) {
        for (const value of ['the hidden subject', 'the hidden text']) {
          expect(matcherOf({ kind: 'body', value })(message, summarise(message).parts)).toBe(true);
        }
      }
    },
  );

  it('differ in the message’s own header', () => {
    expect(inText('jürgen')).toBe(true);
    expect(inBody('jürgen')).toBe(false);
    expect(inText('käse')).toBe(true);
  });

  it('leave out what nobody sees', () => {
    expect(inText('the preamble')).toBe(false);
    expect(inText('the epilogue')).toBe(false);
  });

  it('find every message with an empty string', () => {
    expect(inBody('')).toBe(true);
    expect(inText('')).toBe(true);
  });

  it('are answered by the text that an index is made from', () => {
    const text = searchText(MESSAGE, LAYOUT);
    expect(text.header).toContain('subject: strasse nach rom\n');
    expect(text.body).toContain('zwei o\u0308lfa\u0308sser');
  });

  it.each([
    ['text/plain', 1],
    ['text/plain; charset=utf-7', searchLimits.slowCharset],
    ['text/html', searchLimits.html],
  ])('look at the first megabytes of %s, so that others are not kept waiting', (type, price) => {
    const most = searchLimits.bodies / price;
    const message = Buffer.from(`Content-Type: ${type}\r\n\r\n${'x'.repeat(most - 4)}last behind`);
    const { parts } = summarise(message);
    const found = (value: string) => matcherOf({ kind: 'body', value })(message, parts);
    expect([found('last'), found('behind')]).toEqual([true, false]);
  });
});

describe('SENTBEFORE, SENTON, SENTSINCE', () => {
  it('compare the day that is written, not the moment: it is the next day already in UTC', () => {
    const sent = (relation: 'before' | 'on' | 'since', day: number) => does({ kind: 'sentDate', relation, day });
    expect([DAY - 1, DAY, DAY + 1].map((day) => sent('on', day))).toEqual([false, true, false]);
    expect([DAY - 1, DAY, DAY + 1].map((day) => sent('before', day))).toEqual([false, false, true]);
    expect([DAY - 1, DAY, DAY + 1].map((day) => sent('since', day))).toEqual([true, true, false]);
  });

  it('never fit a message without a date', () => {
    const message = Buffer.from('Subject: undated\r\n\r\n');
    const { parts } = summarise(message);
    for (const relation of ['before', 'on', 'since'] as const) {
      expect(matcherOf({ kind: 'sentDate', relation, day: DAY })(message, parts)).toBe(false);
    }
  });
});
