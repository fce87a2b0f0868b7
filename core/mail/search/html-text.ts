/** The names of U+00A0 to U+00FF, in order (HTML 4.01 section 24.2). */
const LATIN_1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para ' +
  'middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave ' +
  'Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc ' +
  'Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc ' +
  'iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.split(' ').map((name, i): [string, string] => [name, String.fromCharCode(0xa0 + i)]),
  ...Object.entries({
    quot: '"',
    amp: '&',
    lt: '<',
    gt: '>',
    apos: "'",
    euro: '€',
    ndash: '–',
    mdash: '—',
    hellip: '…',
  }),
  ...Object.entries({ lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“', rdquo: '”', bdquo: '„', bull: '•', trade: '™' }),
  ...Object.entries({ OElig: 'Œ', oelig: 'œ', Scaron: 'Š', scaron: 'š', Yuml: 'Ÿ', dagger: '†', permil: '‰' }),
]);

const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,7}));?/g;

/** Tags in the middle of a word; all others end it. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b big cite code del em font i ins kbd label mark q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
/** Elements whose content nobody sees. */
const UNSEEN: ReadonlySet<string> = new Set(['script', 'style', 'title']);

/**
 * What a reader of HTML sees, roughly: tags taken out, entities decoded. For searching only. The work grows with the
 * length of the text, whatever it holds.
 */
export function visibleText(html: string): string {
  let text = '';
  let from = 0;
  for (;;) {
    const open = html.indexOf('<', from);
    const end = open < 0 ? -1 : endOfTag(html, open);
    if (end < 0) return decodeEntities(text + html.slice(from));
    text += html.slice(from, open);
    const name = tagName(html, open);
    if (!INLINE.has(name)) text += ' ';
    from = UNSEEN.has(name) && html[open + 1] !== '/' ? endOfElement(html, end, name) : end;
  }
}

function endOfTag(html: string, open: number): number {
  const isComment = html.startsWith('<!--', open);
  const end = isComment ? '-->' : '>';
  const close = html.indexOf(end, open + (isComment ? 4 : 1));
  return close < 0 ? -1 : close + end.length;
}

const TAG_NAME = /^<\/?([a-z][a-z0-9]*)/i;
/** Longer ones are none that we ask for. */
const LONGEST_TAG_NAME = 16;

function tagName(html: string, open: number): string {
  return TAG_NAME.exec(html.slice(open, open + LONGEST_TAG_NAME))?.[1]?.toLowerCase() ?? '';
}

function endOfElement(html: string, from: number, name: string): number {
  const end = new RegExp(`</${name}`, 'gi');
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal);
    return code <= 0x10ffff && code > 0 ? String.fromCodePoint(code) : whole;
  });
}
