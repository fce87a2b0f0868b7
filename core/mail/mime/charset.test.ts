import { describe, expect, it } from 'vitest';
import { decodeKnown, decodeText } from './charset.ts';

/** A word in octets of a charset, and the names under which mail has it. */
const WORDS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'grüße',
    'gr\xfc\xdfe',
    [
      'iso-8859-1',
      'ISO_8859-1',
      'latin1',
      'l1',
      'csISOLatin1',
      'windows-1252',
      'cp1252',
      'x-cp1252',
      'CP-1252',
      'iso-8859-15',
      '"iso-8859-1"',
      ' iso-8859-1 ',
    ],
  ],
  ['grüße', 'gr\x81\xe1e', ['cp437', 'IBM437', 'cp850', 'ibm850', 'csPC850Multilingual', 'dos-850']],
  ['grüße', 'gr\x9f\xa7e', ['macintosh', 'mac', 'x-mac-roman', 'cp10000']],
  ['Привет', '\xcf\xf0\xe8\xe2\xe5\xf2', ['windows-1251', 'cp1251', 'x-cp1251', 'win-1251', 'ms-1251']],
  ['привет', '\xd0\xd2\xc9\xd7\xc5\xd4', ['koi8-r', 'KOI8_R', 'csKOI8R', 'koi', 'koi8-u', 'koi8-ru', 'cp20866']],
  [
    '日本',
    '\x93\xfa\x96{',
    [
      'shift_jis',
      'Shift-JIS',
      'sjis',
      'x-sjis',
      'csShiftJIS',
      'windows-31j',
      'csWindows31J',
      'cp932',
      'ms932',
      'MS_Kanji',
    ],
  ],
  ['日本', '\xc6\xfc\xcb\xdc', ['euc-jp', 'x-euc-jp', 'cseucpkdfmtjapanese', 'cp51932']],
  ['日本', '\x1b$BF|K\\\x1b(B', ['iso-2022-jp', 'csISO2022JP', 'ISO-2022-JP-2', 'cp50220', 'iso-2022-jp-ms']],
  [
    '안녕',
    '\xbe\xc8\xb3\xe7',
    ['euc-kr', 'ks_c_5601-1987', 'KSC5601', 'korean', 'windows-949', 'cp949', 'ms949', 'uhc', 'csEUCKR'],
  ],
  ['안녕', '\x1b$)C\x0e>H3g\x0f', ['iso-2022-kr', 'csISO2022KR', 'cp50225']],
  [
    '中国',
    '\xd6\xd0\xb9\xfa',
    ['gb2312', 'GB_2312-80', 'gbk', 'x-gbk', 'cp936', 'windows-936', 'gb18030', 'cp54936', 'chinese', 'csGB2312'],
  ],
  ['中国', '~{VP9z~}', ['hz', 'HZ-GB-2312', 'cp52936']],
  [
    '中國',
    '\xa4\xa4\xb0\xea',
    ['big5', 'Big5-HKSCS', 'big5-eten', 'cp950', 'windows-950', 'csBig5', 'x-x-big5', 'cn-big5'],
  ],
  ['สวย', '\xca\xc7\xc2', ['tis-620', 'TIS620', 'windows-874', 'cp874', 'iso-8859-11', 'x-windows-874']],
  ['שלום', '\xf9\xec\xe5\xed', ['iso-8859-8', 'iso-8859-8-i', 'ISO-8859-8-E', 'windows-1255', 'cp1255', 'hebrew']],
  ['grüße', 'gr+APwA3w-e', ['utf-7', 'unicode-1-1-utf-7', 'csUnicode11UTF7', 'cp65000']],
  ['aé', '\x00a\x00\xe9', ['utf-16be', 'iso-10646-ucs-2', 'ucs-2', 'csUnicode']],
  ['aé', 'a\x00\xe9\x00', ['utf-16le']],
];

describe('charsets', () => {
  it.each(WORDS.flatMap(([word, octets, names]) => names.map((name) => [name, word, octets] as const)))(
    'under the name %s are read: %s',
    (name, word, octets) => expect(decodeText(Buffer.from(octets, 'latin1'), name)).toBe(word),
  );

  it.each(['hex', 'base64', 'binary', 'internal', 'utf-7-imap', 'no-such-charset', ''])('and %j is none', (name) => {
    expect(decodeKnown(Buffer.from('616263'), name)).toBeUndefined();
    expect(decodeText(Buffer.from('616263'), name)).toBe('616263');
  });

  it('are told by looking, where nothing or nonsense is said', () => {
    const japanese = Buffer.from('\x1b$BF|K\\\x1b(B', 'latin1');
    for (const name of [undefined, 'us-ascii', 'utf-8', 'nonsense']) expect(decodeText(japanese, name)).toBe('日本');
    expect(decodeText(Buffer.from('gr\xfc\xdfe', 'latin1'), undefined)).toBe('grüße');
    const page = (charset: string) => Buffer.from(`<html><meta charset="${charset}">\xcf\xf0\xe8`, 'latin1');
    expect(decodeText(page('windows-1251'), 'us-ascii', 'text/html')).toContain('При');
    expect(decodeText(page('windows-1251'), 'us-ascii', 'text/plain')).not.toContain('При');
    expect(decodeText(page('hex'), undefined, 'text/html')).toContain('Ïðè');
  });
});
