import type { Random } from '../support/random.ts';

/** Changes a stream of octets (latin1 text). May return it as it was when it finds nothing to work on. */
export type Mutation = (text: string, random: Random, other: () => string) => string;

/** What lengths, numbers and sets meet their ends at. */
const NUMBERS = [
  '0',
  '00',
  '1',
  '-1',
  '2147483648',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '9223372036854775808',
  '18446744073709551616',
  '99999999999999999999999999999999',
  '1.5',
  '1e9',
  '*',
  '$',
];
const LITERALS = [
  '{0}\r\n',
  '{0+}\r\n',
  '{4294967296}\r\n',
  '{4294967295+}\r\n',
  '{99999999999999999999}\r\n',
  '{-1}\r\n',
  '{5}',
  '{5+}\r\nab',
  '{}\r\n',
  '{+}\r\n',
  '{1x}\r\nA',
  '~{3}\r\nabc',
  '~{3+}\r\na\0c',
  '{70000+}\r\n',
  '{104857601+}\r\n',
  '{1}\n',
  '{003}\r\nabc',
  '{100}\r\nless',
];
const TOKENS = [
  'NIL',
  '()',
  '(',
  ')',
  '""',
  '"',
  '\\',
  '[',
  ']',
  '<',
  '>',
  '%',
  '*',
  '$',
  '&',
  '&-',
  '&AOQ',
  '&AOQ-',
  '&2D3cqQ-',
  '\\Seen',
  '\\',
  '\\*',
  'BODY[',
  'BODY[1.2.3.4.5.6.7.8.9]',
  'BODY[0]',
  'BODY[HEADER.FIELDS ()]',
  'BINARY[]',
  '<0.0>',
  '<4294967295.4294967295>',
  '1:*',
  '*:1',
  '*:*',
  '4294967295:1',
  '1,,2',
  '1:',
  ',',
  'CHARSET',
  'UTF-7',
  'NOT',
  'OR',
  'UID',
  'INBOX',
  'iNbOx',
  'INBOX/',
  '/',
  '//',
  'a//b',
  '../..',
  'Sent',
  'RETURN',
  '(SAVE)',
  'UNCHANGEDSINCE',
  'CHANGEDSINCE 0',
  'DONE',
  'STARTTLS',
  'LOGOUT',
  'IDLE',
  'FETCH 1:* BODY[]',
  'SEARCH ALL',
  '"31-Feb-2020 25:61:61 +9999"',
  '" 1-Jan-0000 00:00:00 +0000"',
  '=?utf-8?B?/w==?=',
];

const bitFlips: Mutation = (text, random) => {
  const bytes = Buffer.from(text, 'latin1');
  for (let i = random.between(1, 8); i > 0 && bytes.length > 0; i--)
    bytes[random.int(bytes.length)]! ^= 1 << random.int(8);
  return bytes.toString('latin1');
};

const truncate: Mutation = (text, random) => text.slice(0, random.int(text.length + 1));

const cutOut: Mutation = (text, random) => replaceSlice(text, random, 60, () => '');

const duplicate: Mutation = (text, random) =>
  replaceSlice(text, random, 200, (slice) => slice.repeat(random.between(2, 5)));

const splice: Mutation = (text, random, other) => {
  const tail = other();
  return text.slice(0, random.int(text.length + 1)) + tail.slice(random.int(tail.length + 1));
};

const oddNumber: Mutation = (text, random) => replaceMatch(text, random, /\d+/g, () => random.pick(NUMBERS));

const oddLiteral: Mutation = (text, random) => {
  const literal = random.pick(LITERALS);
  return random.chance(0.5)
    ? replaceMatch(text, random, /~?\{\d+\+?\}\r\n/g, () => literal)
    : insert(text, random, literal);
};

const wrongLength: Mutation = (text, random) =>
  replaceMatch(text, random, /\{(\d+)(\+?)\}/g, (match) => {
    const [, length, plus] = /\{(\d+)(\+?)\}/.exec(match)!;
    return `{${Math.max(0, Number(length) + random.between(-3, 40))}${random.chance(0.8) ? plus : ''}}`;
  });

const oddToken: Mutation = (text, random) =>
  random.chance(0.6)
    ? replaceMatch(text, random, /[^\s()]+/g, () => random.pick(TOKENS))
    : insert(text, random, ` ${random.pick(TOKENS)} `);

const nesting: Mutation = (text, random) => {
  const depth = random.pick([10, 49, 51, 200, 10_000]);
  const opening = random.pick(['(', 'NOT ', 'OR ALL ', '((', 'NOT (', '[']);
  const closing = random.chance(0.5) ? ')'.repeat(depth) : '';
  return replaceMatch(text, random, /(?<= )[^\s]+(?=\r\n)/g, (match) => opening.repeat(depth) + match + closing);
};

const badOctets: Mutation = (text, random) =>
  insert(
    text,
    random,
    random.pick([
      '\0',
      '\x80',
      '\xff\xfe',
      '\xc3',
      '\xf0\x9f\x98\x80',
      '\x7f',
      '\x01',
      '\t',
      '\x1b[2J',
      '\ud7ff'.slice(0, 0),
    ]),
  );

const lineEnds: Mutation = (text, random) => {
  const end = random.pick(['\n', '\r', '\r\r\n', '\n\r', '\r\n\r\n', ' \r\n', '\0\r\n', '']);
  return random.chance(0.2) ? text.replaceAll('\r\n', end) : replaceMatch(text, random, /\r\n/g, () => end);
};

const linesMixed: Mutation = (text, random) => {
  const lines = text.split('\r\n');
  const [from, to] = [random.int(lines.length), random.int(lines.length)];
  [lines[from], lines[to]] = [lines[to]!, lines[from]!];
  if (random.chance(0.3)) lines.splice(random.int(lines.length), 1);
  return lines.join('\r\n');
};

const manyTimes: Mutation = (text, random) => {
  const lines = text.split(/(?<=\r\n)/);
  const at = random.int(lines.length);
  lines[at] = lines[at]!.repeat(random.pick([2, 70, 300]));
  return lines.join('');
};

const tooLong: Mutation = (text, random) =>
  insert(
    text,
    random,
    random.pick(['a', '1,', ' ', '\\', '"', 'A1 ', '(\\Seen) ']).repeat(random.pick([500, 5_000, 40_000])),
  );

const otherCase: Mutation = (text, random) =>
  replaceSlice(text, random, 40, (slice) => (random.chance(0.5) ? slice.toLowerCase() : slice.toUpperCase()));

const noise: Mutation = (text, random) => insert(text, random, random.bytes(random.between(1, 300)).toString('latin1'));

const MUTATIONS: readonly Mutation[] = [
  bitFlips,
  truncate,
  cutOut,
  duplicate,
  splice,
  oddNumber,
  oddNumber,
  oddLiteral,
  wrongLength,
  oddToken,
  oddToken,
  oddToken,
  nesting,
  badOctets,
  lineEnds,
  linesMixed,
  manyTimes,
  tooLong,
  otherCase,
  noise,
];

/** No session is longer, so that one does not take the time of a thousand. */
const LONGEST = 1 << 20;

/** One to six mutations on top of each other; now and then none, so that the valid sessions are tried, too. */
export function mutated(text: string, random: Random, other: () => string): string {
  let out = text;
  for (
    let i = random.weighted([
      [0, 3],
      [1, 40],
      [2, 25],
      [3, 15],
      [4, 10],
      [6, 7],
    ]);
    i > 0;
    i--
  ) {
    out = random.pick(MUTATIONS)(out, random, other).slice(0, LONGEST);
  }
  return out;
}

function insert(text: string, random: Random, what: string): string {
  const at = random.int(text.length + 1);
  return text.slice(0, at) + what + text.slice(at);
}

function replaceSlice(text: string, random: Random, longest: number, by: (slice: string) => string): string {
  const from = random.int(text.length + 1);
  const to = from + random.between(1, longest);
  return text.slice(0, from) + by(text.slice(from, to)) + text.slice(to);
}

function replaceMatch(text: string, random: Random, pattern: RegExp, by: (match: string) => string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const { index, 0: match } = random.pick(matches);
  return text.slice(0, index) + by(match) + text.slice(index + match.length);
}
