import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from './charset.ts';
import { decodeExtendedValue } from './extended-value.ts';
import { decodeHeader } from './header-text.ts';

fc.configureGlobal({ seed: 9051 });

const octets = (text: string) => Buffer.from(text).toString('latin1');

describe('decodeHeader', () => {
  it.each([
    ['plain', 'plain'],
    ['=?iso-8859-1?Q?Gr=FC=DFe_an?= alle', 'Grüße an alle'],
    ['=?UTF-8?B?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?utf-8?q?a?= =?utf-8?q?b?=', 'ab'],
    ['=?utf-8?q?a?=   =?iso-8859-1?q?=E4?= c', 'aä c'],
    ['=?utf-8*de?q?W=C3=B6rter?=', 'Wörter'],
    ['=?koi8-r?B?8NLJ18XU?=', 'Привет'],
    ['=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=', '日本'],
    ['=?utf-8?q?blanks inside?=', 'blanks inside'],
    ['"=?utf-8?q?quoted?=" <a@b>', '"quoted" <a@b>'],
    ['=?x-nobody-knows?q?=C3=A4?=', 'ä'],
    ['=?utf-8?x?a?=', '=?utf-8?x?a?='],
    ['=?utf-8?q?never closed', '=?utf-8?q?never closed'],
    ['=?=?utf-8?q?a?=', '=?a'],
    ['', ''],
  ])('decodes %j', (raw, text) => expect(decodeHeader(raw)).toBe(text));

  it('joins the octets of neighbours: senders cut words inside a character', () => {
    expect(decodeHeader('=?utf-8?q?=C3?= =?utf-8?q?=A4?=')).toBe('ä');
    expect(decodeHeader('=?utf-8?b?w7w=?=\t=?utf-8?b?w58=?=')).toBe('üß');
  });

  it('reads 8-bit text as UTF-8, and as Windows-1252 what is none', () => {
    expect(decodeHeader(octets('Grüße'))).toBe('Grüße');
    expect(decodeHeader('Gr\xfc\xdfe \x80')).toBe('Grüße €');
  });

  it('never throws', () => {
    const piece = fc.constantFrom('=?', '?=', '?', 'utf-8', 'q', 'B', '=C3', ' ', '_', '\xff', '\0', '*', 'a');
    fc.assert(fc.property(fc.array(piece), (pieces) => typeof decodeHeader(pieces.join('')) === 'string'));
  });
});

describe('decodeText', () => {
  it.each([
    [octets('ä'), 'utf-8', 'ä'],
    ['\xe4', 'utf-8', 'ä'],
    ['\xe4', 'us-ascii', 'ä'],
    ['\xe4', undefined, 'ä'],
    ['\x84x\x93', 'iso-8859-1', '„x“'],
    ['\xa4', 'ISO-8859-15', '€'],
    ['\x81', 'cp437', 'ü'],
    ['+AOQ-', 'utf-7', 'ä'],
    ['\0a', 'utf-16be', 'a'],
    ['\x93\xfa\x96\x7b', 'x-sjis', '日本'],
    ['\xff', 'no-such-charset', 'ÿ'],
  ])('reads %j as %s', (bytes, charset, text) => {
    expect(decodeText(Buffer.from(bytes, 'latin1'), charset)).toBe(text);
  });
});

describe('decodeExtendedValue', () => {
  it('decodes RFC 2231 and leaves alone what is none', () => {
    expect(decodeExtendedValue("utf-8'de'Gr%C3%BC%C3%9Fe%2Etxt")).toBe('Grüße.txt');
    expect(decodeExtendedValue("iso-8859-1''%E4")).toBe('ä');
    expect(decodeExtendedValue('plain%20text')).toBe('plain%20text');
  });
});
