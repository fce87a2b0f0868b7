/** Names of charsets that neither Node.js' decoders nor iconv-lite know, and what they mean. All in lower case. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'ansi_x3.4-1968': 'us-ascii',
  'ansi_x3.4-1986': 'us-ascii',
  'iso646-us': 'us-ascii',
  us: 'us-ascii',
  csascii: 'us-ascii',
  'unicode-1-1-utf-7': 'utf-7',
  csunicode11utf7: 'utf-7',
  csutf7: 'utf-7',
  cp65000: 'utf-7',
  cp65001: 'utf-8',
  csutf8: 'utf-8',
  'iso-10646-utf-1': 'utf-8',
  'iso-10646-ucs-2': 'utf-16be',
  csunicode: 'utf-16be',
  'ucs-2': 'utf-16be',
  'iso-10646-ucs-4': 'utf-32be',
  csucs4: 'utf-32be',
  'ucs-4': 'utf-32be',
  'iso-8859-8-e': 'iso-8859-8',
  'iso-8859-6-e': 'iso-8859-6',
  'iso-8859-6-i': 'iso-8859-6',
  'windows-31j': 'shift_jis',
  cswindows31j: 'shift_jis',
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  'x-ms-cp932': 'shift_jis',
  cp936: 'gbk',
  ms936: 'gbk',
  'windows-936': 'gbk',
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  uhc: 'euc-kr',
  'ks_c_5601-1992': 'euc-kr',
  cp950: 'big5',
  'windows-950': 'big5',
  cp51932: 'euc-jp',
  cp51949: 'euc-kr',
  cp20932: 'euc-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-3': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  csiso2022jp2: 'iso-2022-jp',
  csiso2022kr: 'iso-2022-kr',
  cp50225: 'iso-2022-kr',
  'hz-gb-2312': 'hz',
  cp52936: 'hz',
  cp54936: 'gb18030',
  'x-gbk': 'gbk',
  gb: 'gbk',
  csgbk: 'gbk',
  'big5-eten': 'big5',
  'x-x-big5': 'big5',
  cp10000: 'macintosh',
  'x-mac-roman': 'macintosh',
  mac: 'macintosh',
  macroman: 'macintosh',
  'koi8-ru': 'koi8-u',
  tis620: 'tis-620',
  'x-unicode-2-0-utf-8': 'utf-8',
};

/** Those of iconv-lite's that are no charsets but ways to write octets down. */
const NO_CHARSETS: ReadonlySet<string> = new Set(['hex', 'base64', 'binary', 'internal', 'utf7imap', 'utf-7-imap']);

/**
 * What a charset may be called where it is looked up, the likeliest first. Mail has the names of IANA, of the Encoding
 * standard and of Windows, in any case, with `x-`, `cs` and blanks around them.
 */
export function charsetNames(label: string): readonly string[] {
  const name = label
    .trim()
    .replace(/^["']|["']$/g, '')
    .toLowerCase();
  if (name === '' || NO_CHARSETS.has(name)) return [];
  const bare = name.replace(/^x-/, '');
  const page = /^(?:cs|x-)?(?:windows|win|cp|ms|ibm|dos|x-cp|microsoft-cp)[-_]?(\d{3,5})$/.exec(name)?.[1];
  const names = [OTHER_NAMES[name], OTHER_NAMES[bare], name, bare, name.replaceAll('_', '-'), bare.replace(/^cs/, '')];
  if (page !== undefined) names.push(OTHER_NAMES[`cp${page}`], `windows-${page}`, `cp${page}`, `ibm${page}`);
  return [...new Set(names.filter((one) => one !== undefined && !NO_CHARSETS.has(one)))] as string[];
}
