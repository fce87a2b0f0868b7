import type { Reply } from './raw-imap.ts';

/** One untagged FETCH: what each item was given, literals and quoted strings as their octets, all else as it was sent. */
export interface FetchReply {
  readonly sequence: number;
  readonly items: ReadonlyMap<string, string>;
}

/** The untagged FETCH replies, in the order in which they came. */
export function fetchReplies(reply: Pick<Reply, 'untagged'>): FetchReply[] {
  return reply.untagged.filter((line) => /^\* \d+ FETCH /.test(line)).map(parseFetch);
}

/** The items of the only FETCH reply. */
export function onlyFetch(reply: Pick<Reply, 'untagged'>): ReadonlyMap<string, string> {
  const replies = fetchReplies(reply);
  if (replies.length !== 1) throw new Error(`${replies.length} FETCH replies: ${reply.untagged.join('\n')}`);
  return replies[0]!.items;
}

/** The values of one item by sequence number, as `[[1, '(\\Seen)'], …]`. */
export function valuesOf(reply: Pick<Reply, 'untagged'>, label: string): [number, string | undefined][] {
  return fetchReplies(reply).map(({ sequence, items }) => [sequence, items.get(label)]);
}

function parseFetch(line: string): FetchReply {
  const [head, sequence] = /^\* (\d+) FETCH \(/.exec(line)!;
  const items = new Map<string, string>();
  let at = head.length;
  while (line[at] !== ')') {
    const label = /^[^ [\]()]+(?:\[[^\]]*\](?:<\d+>)?)?/.exec(line.slice(at, at + 1_000))?.[0];
    if (label === undefined || line[at + label.length] !== ' ') throw new Error(`no item at ${at} of ${line}`);
    const end = endOfValue(line, at + label.length + 1);
    if (items.has(label)) throw new Error(`${label} twice in ${line}`);
    items.set(label, contentOf(line.slice(at + label.length + 1, end)));
    at = line[end] === ' ' ? end + 1 : end;
  }
  if (at !== line.length - 1) throw new Error(`more after the list: ${line}`);
  return { sequence: Number(sequence), items };
}

function endOfValue(line: string, start: number): number {
  if (line[start] === '"') return endOfQuoted(line, start);
  if (line[start] === '(') return endOfList(line, start);
  const literal = literalAt(line, start);
  if (literal !== undefined) return literal.end;
  return start + /^[^ )]+/.exec(line.slice(start, start + 100))![0].length;
}

function endOfList(line: string, start: number): number {
  let at = start + 1;
  while (line[at] !== ')') {
    if (at >= line.length) throw new Error(`a list without end in ${line}`);
    at = line[at] === ' ' ? at + 1 : endOfValue(line, at);
  }
  return at + 1;
}

function endOfQuoted(line: string, start: number): number {
  return start + /^"(?:[^"\\]|\\.)*"/s.exec(line.slice(start))![0].length;
}

function literalAt(line: string, start: number): { readonly from: number; readonly end: number } | undefined {
  const match = /^~?\{(\d+)\}\r\n/.exec(line.slice(start, start + 30));
  if (match === null) return undefined;
  const from = start + match[0].length;
  return { from, end: from + Number(match[1]) };
}

function contentOf(value: string): string {
  const literal = literalAt(value, 0);
  if (literal !== undefined) return value.slice(literal.from, literal.end);
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
