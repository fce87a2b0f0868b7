import { FOREIGN_WORDS, WORDS } from './mail-words.ts';
import type { Random } from './random.ts';

/** A MIME entity under construction: its Content-* fields and its body. */
export interface Part {
  readonly header: readonly string[];
  readonly bytes: Buffer;
}

/** Sentences of about so many characters, lines of at most 76, a blank line between paragraphs. */
export function paragraphs(random: Random, length: number, rareWord?: string): string {
  const foreign = random.chance(0.25) ? 0.15 : 0;
  const out: string[] = [];
  let made = 0;
  while (made < length) {
    const count = random.between(20, 80);
    const words = Array.from({ length: count }, () => random.pick(random.chance(foreign) ? FOREIGN_WORDS : WORDS));
    for (let i = 0; i < count; i += random.between(6, 16)) words[i] = capitalized(words[i]!);
    const paragraph = folded(`${words.join(' ')}.`, 76);
    out.push(paragraph);
    made += paragraph.length + 4;
  }
  if (rareWord !== undefined) out[0] = folded(`${rareWord} ${out[0]}`.replace(/\r\n/g, ' '), 76);
  return `${out.join('\r\n\r\n')}\r\n`;
}

/** The same text as a newsletter writes it. */
export function htmlOf(random: Random, text: string): string {
  const colour = random.token(6, '0123456789abcdef');
  const blocks = text
    .split('\r\n\r\n')
    .map((block) => `<p style="margin:0 0 12px 0;color:#${colour};font-family:Arial,sans-serif">${block}</p>`);
  const head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>';
  return `${head}\r\n<body bgcolor="#ffffff">\r\n${blocks.join('\r\n')}\r\n</body></html>\r\n`;
}

/** text/plain, in the charset and encoding the text can have and some client would choose. */
export function plain(random: Random, text: string): Part {
  return textPart(random, 'plain', text);
}

/** multipart/alternative of plain text and HTML. */
export function alternative(random: Random, text: string, html: string): Part {
  return multipart(random, 'alternative', [textPart(random, 'plain', text), textPart(random, 'html', html)]);
}

/** multipart/mixed of a body and a file of about so many octets as they travel. */
export function attachment(random: Random, body: Part, octets: number): Part {
  const name = `${random.pick(['report', 'scan', 'photo', 'Angebot', 'table'])}-${random.between(1, 999)}`;
  const [type, extension] = random.pick([
    ['application/pdf', 'pdf'],
    ['image/jpeg', 'jpg'],
    ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ] as const);
  const file: Part = {
    header: [
      `Content-Type: ${type};\r\n\tname="${name}.${extension}"`,
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: attachment;\r\n\tfilename="${name}.${extension}"`,
    ],
    bytes: Buffer.from(base64Lines(random.bytes(Math.max(100, Math.round(octets * 0.73)))), 'latin1'),
  };
  return multipart(random, 'mixed', [body, file]);
}

/** Header text, as an encoded word (RFC 2047) when it is not plain ASCII. */
export function encodeHeaderText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}

/** A header field folded at blanks (RFC 5322 section 2.2.3). */
export function wrapped(field: string): string {
  return folded(field, 76, '\r\n ');
}

const LATIN1 = /^[\t\r\n\x20-\x7e\xa0-\xff]*$/;

function textPart(random: Random, subtype: string, text: string): Part {
  const ascii = /^[\t\r\n\x20-\x7e]*$/.test(text);
  const charset = ascii ? 'us-ascii' : LATIN1.test(text) && random.chance(0.3) ? 'iso-8859-1' : 'utf-8';
  const raw = Buffer.from(text, charset === 'iso-8859-1' ? 'latin1' : 'utf8');
  const encoding = random.weighted([
    [ascii ? '7bit' : '8bit', 5],
    ['quoted-printable', 4],
    ['base64', 1],
  ]);
  return {
    header: [`Content-Type: text/${subtype}; charset=${charset}`, `Content-Transfer-Encoding: ${encoding}`],
    bytes: Buffer.from(encoded(raw, encoding), 'latin1'),
  };
}

function encoded(raw: Buffer, encoding: string): string {
  if (encoding === 'base64') return base64Lines(raw);
  return encoding === 'quoted-printable' ? quotedPrintable(raw) : raw.toString('latin1');
}

function base64Lines(raw: Buffer): string {
  return raw
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n')
    .replace(/(\r\n)?$/, '\r\n');
}

/** RFC 2045 section 6.7. */
function quotedPrintable(raw: Buffer): string {
  const lines = raw.toString('latin1').split('\r\n');
  const safe = lines.map((line) => line.replace(/[^\t\x20-\x3c\x3e-\x7e]/g, hex).replace(/[ \t]$/, hex));
  return safe.map(softBroken).join('\r\n');
}

/** Lines of at most 76 characters, no `=XX` torn. */
function softBroken(line: string): string {
  let out = '';
  let rest = line;
  while (rest.length > 76) {
    let at = 75;
    if (rest[at - 1] === '=') at -= 1;
    else if (rest[at - 2] === '=') at -= 2;
    out += `${rest.slice(0, at)}=\r\n`;
    rest = rest.slice(at);
  }
  return out + rest;
}

function hex(character: string): string {
  return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function multipart(random: Random, subtype: string, parts: readonly Part[]): Part {
  const boundary = `=_${random.token(24)}`;
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${part.header.join('\r\n')}\r\n\r\n`, 'latin1'),
    part.bytes,
    Buffer.from('\r\n', 'latin1'),
  ]);
  return {
    header: [`Content-Type: multipart/${subtype};\r\n\tboundary="${boundary}"`],
    bytes: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`, 'latin1')]),
  };
}

function capitalized(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}

/** Breaks at blanks so that lines have at most `width` characters where that can be. */
function folded(text: string, width: number, lineBreak = '\r\n'): string {
  let out = '';
  let column = 0;
  for (const word of text.split(' ')) {
    if (column > 0 && column + 1 + word.length > width) {
      out += lineBreak;
      column = 0;
    } else if (out !== '') {
      out += ' ';
      column++;
    }
    out += word;
    column += word.length;
  }
  return out;
}
