import { gmailLabels } from './gmail-labels.ts';
import { fieldValues } from './header-fields.ts';

/**
 * Flags as mbox keeps them: letters in `Status:` and `X-Status:`, keywords in `X-Keywords:`, and Thunderbird's own
 * `X-Mozilla-Status:`. `O` (old, no longer \Recent) is a fact about a session and says nothing here.
 */
const statusLetters: Readonly<Record<string, string>> = { R: '\\Seen' };
const xStatusLetters: Readonly<Record<string, string>> = {
  A: '\\Answered',
  F: '\\Flagged',
  D: '\\Deleted',
  T: '\\Draft',
};

/** Bits of X-Mozilla-Status, four hexadecimal digits. */
const mozillaBits: readonly (readonly [number, string])[] = [
  [0x0001, '\\Seen'],
  [0x0002, '\\Answered'],
  [0x0004, '\\Flagged'],
  [0x1000, '$Forwarded'],
];

/** RFC 9051 section 9, flag-keyword: an atom. */
const keyword = /^[^\x00-\x20\x7f-\uffff(){%*"\\\]]+$/;

/** The flags that a message's own header tells of. */
export function flagsOfHeader(bytes: Uint8Array): string[] {
  const flags = [
    ...letters(fieldValues(bytes, 'status'), statusLetters),
    ...letters(fieldValues(bytes, 'x-status'), xStatusLetters),
    ...fieldValues(bytes, 'x-mozilla-status').flatMap(mozillaFlags),
    ...fieldValues(bytes, 'x-keywords').flatMap(words),
    ...fieldValues(bytes, 'x-mozilla-keys').flatMap(words),
    ...(gmailLabels(bytes)?.flags ?? []),
  ];
  return [...new Set(flags)];
}

/** The header lines that tell of these flags, without line ends. */
export function statusLines(flags: readonly string[]): { name: string; line: string }[] {
  const status = `${written(flags, statusLetters)}O`;
  const xStatus = written(flags, xStatusLetters);
  const keywords = flags.filter(isKeyword).join(' ');
  return [
    { name: 'Status', value: status },
    { name: 'X-Status', value: xStatus },
    { name: 'X-Keywords', value: keywords },
  ]
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => ({ name, line: `${name}: ${value}` }));
}

export function isKeyword(flag: string): boolean {
  return !flag.startsWith('\\');
}

function letters(values: readonly string[], meaning: Readonly<Record<string, string>>): string[] {
  // Other software puts numbers and words into Status: of the messages it makes; only letters are flags.
  return values
    .filter((value) => /^[A-Z]+$/.test(value))
    .flatMap((value) => [...value].map((letter) => meaning[letter]))
    .filter((flag) => flag !== undefined);
}

/** "Expunged, not yet compacted": gone for its user. */
const mozillaExpunged = 0x0008;

export function isExpunged(bytes: Uint8Array): boolean {
  return fieldValues(bytes, 'x-mozilla-status').some((value) => (mozillaNumber(value) & mozillaExpunged) !== 0);
}

function mozillaNumber(value: string): number {
  return /^[0-9a-f]{4}$/i.test(value) ? Number.parseInt(value, 16) : 0;
}

function mozillaFlags(value: string): string[] {
  const bits = mozillaNumber(value);
  return mozillaBits.filter(([bit]) => (bits & bit) !== 0).map(([, flag]) => flag);
}

function words(value: string): string[] {
  return value.split(/\s+/).filter((word) => keyword.test(word));
}

function written(flags: readonly string[], meaning: Readonly<Record<string, string>>): string {
  return Object.entries(meaning)
    .filter(([, flag]) => flags.includes(flag))
    .map(([letter]) => letter)
    .join('');
}
