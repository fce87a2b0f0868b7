/**
 * Headers of a tar archive (POSIX.1-2008, pax, "ustar Interchange Format"): files and folders as one stream. Pure: the
 * window packs what it uploads, and the server reads it and packs what it gives back.
 */

/** Octets of a block: headers and contents are filled up to whole ones. */
export const TAR_BLOCK = 512;
/** The end of an archive: two blocks of zeros. */
export const TAR_END = 2 * TAR_BLOCK;

export interface TarItem {
  /** Relative, with `/` between its names. */
  readonly path: string;
  /** Octets. */
  readonly size: number;
  /** When it was last changed: milliseconds since the epoch. */
  readonly modified: number;
}

/** A header as it stands in an archive. */
export interface TarHeader extends TarItem {
  /** file · folder · pax: what follows describes the next item · longName: its name (GNU) · other: a link, a device … */
  readonly kind: 'file' | 'folder' | 'pax' | 'longName' | 'other';
}

/** This is no tar archive, or a damaged one. */
export class BadTar extends Error {}

const field = {
  name: [0, 100],
  mode: [100, 8],
  owner: [108, 8],
  group: [116, 8],
  size: [124, 12],
  modified: [136, 12],
  sum: [148, 8],
  kind: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const;

type Field = (typeof field)[keyof typeof field];

/** What the octal number of a size can hold; above it pax says the size. */
const OCTAL_SIZE = 8 ** 11;

const encoder = new TextEncoder();

/** How much is filled up behind so many octets of content. */
export function tarPadding(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

/** What comes before the content of a file: a header, and before it a pax header where the path or the size needs one. */
export function tarHeaderOf({ path, size, modified }: TarItem): Uint8Array {
  const name = encoder.encode(path);
  const isPlain = name.length <= field.name[1] && name.every((octet) => octet < 0x80);
  const records = [...(isPlain ? [] : [['path', path]]), ...(size < OCTAL_SIZE ? [] : [['size', String(size)]])];
  const own = block(isPlain ? name : encoder.encode('file'), size < OCTAL_SIZE ? size : 0, modified, '0');
  if (records.length === 0) return own;
  const text = joined(records.map(([key = '', value = '']) => paxRecord(key, value)));
  const pax = block(encoder.encode('pax'), text.length, modified, 'x');
  return joined([pax, text, new Uint8Array(tarPadding(text.length)), own]);
}

/** Undefined: a block of zeros, which ends the archive. @throws BadTar */
export function readTarHeader(octets: Uint8Array): TarHeader | undefined {
  if (octets.every((octet) => octet === 0)) return undefined;
  if (numberIn(octets, field.sum) !== sumOf(octets)) throw new BadTar('it is no tar archive, or a damaged one');
  const kind = kinds[textIn(octets, field.kind)] ?? 'other';
  const prefix = textIn(octets, field.magic).startsWith('ustar\0') ? textIn(octets, field.prefix).split('\0')[0]! : '';
  const name = textIn(octets, field.name).split('\0')[0]!;
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: numberIn(octets, field.size),
    modified: numberIn(octets, field.modified) * 1000,
    kind: kind === 'file' && name.endsWith('/') ? 'folder' : kind,
  };
}

/** What a pax header says, by key. @throws BadTar */
export function readPax(octets: Uint8Array): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < octets.length; ) {
    const [, digits = '', key = ''] = /^(\d{1,9}) ([^=]+)=/.exec(decode(octets.subarray(at, at + 300))) ?? [];
    const end = at + Number(digits);
    if (digits === '' || end > octets.length || octets[end - 1] !== 0x0a) throw new BadTar('a pax header is damaged');
    const start = at + digits.length + 1 + encoder.encode(key).length + 1;
    found.set(key, decode(octets.subarray(start, end - 1)));
    at = end;
  }
  return found;
}

const kinds: Readonly<Record<string, TarHeader['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '5': 'folder',
  x: 'pax',
  L: 'longName',
};

function block(name: Uint8Array, size: number, modified: number, kind: string): Uint8Array {
  const octets = new Uint8Array(TAR_BLOCK);
  octets.set(name, field.name[0]);
  putNumber(octets, field.mode, 0o600);
  putNumber(octets, field.owner, 0);
  putNumber(octets, field.group, 0);
  putNumber(octets, field.size, size);
  putNumber(octets, field.modified, Math.max(0, Math.floor(modified / 1000)));
  octets.set(encoder.encode(kind), field.kind[0]);
  octets.set(encoder.encode('ustar\x0000'), field.magic[0]);
  putNumber(octets, field.sum, sumOf(octets));
  return octets;
}

/** `LENGTH KEY=VALUE` and LF; the length counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = encoder.encode(` ${key}=${value}\n`);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return joined([encoder.encode(String(length)), rest]);
}

/** Octal, ended by NUL. */
function putNumber(octets: Uint8Array, [at, length]: Field, value: number): void {
  octets.set(
    encoder.encode(
      value
        .toString(8)
        .padStart(length - 1, '0')
        .slice(-(length - 1)),
    ),
    at,
  );
}

function numberIn(octets: Uint8Array, [at, length]: Field): number {
  if (octets[at] === 0xff) return 0; // below 0 in GNU's way: before 1970
  // GNU's way for large numbers: the first bit set, then binary.
  if (octets[at]! >= 0x80) {
    let value = octets[at]! & 0x7f;
    for (const octet of octets.subarray(at + 1, at + length)) value = value * 256 + octet;
    if (!Number.isSafeInteger(value)) throw new BadTar('a number in it is out of all bounds');
    return value;
  }
  const digits = decode(octets.subarray(at, at + length)).replace(/[\0 ]+/g, '');
  if (!/^[0-7]*$/.test(digits)) throw new BadTar('it is no tar archive, or a damaged one');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** Of all octets, those of the sum itself taken for blanks. */
function sumOf(octets: Uint8Array): number {
  const [at, length] = field.sum;
  return octets.reduce((sum, octet, index) => sum + (index >= at && index < at + length ? 0x20 : octet), 0);
}

function textIn(octets: Uint8Array, [at, length]: Field): string {
  return decode(octets.subarray(at, at + length));
}

function decode(octets: Uint8Array): string {
  return new TextDecoder().decode(octets);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
