import { createHash } from 'node:crypto';
import { quoted, RawImap } from '../support/raw-imap.ts';

/** All that an account holds, as a client sees it. */
export type Snapshot = ReadonlyMap<string, SeenMailbox>;

export interface SeenMailbox {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModseq: number;
  /** By UID. */
  readonly messages: ReadonlyMap<number, SeenMessage>;
  /** What SEARCH finds and should not, or the other way round. */
  readonly wrongSearches: readonly string[];
}

export interface SeenMessage {
  readonly digest: string;
  /** Lower case, without \Recent. */
  readonly flags: ReadonlySet<string>;
  readonly modseq: number;
  /** The word in its first line that no other message has, but for its copies. */
  readonly mark: string | undefined;
}

/** Reads everything over one connection of its own. */
export async function takeSnapshot(port: number, user: string, password: string): Promise<Snapshot> {
  const client = await RawImap.connect({ port, timeout: 60_000 });
  await client.login(user, password);
  const out = new Map<string, SeenMailbox>();
  for (const name of await mailboxNames(client)) out.set(name, await readMailbox(client, name));
  await client.logout();
  return out;
}

async function mailboxNames(client: RawImap): Promise<string[]> {
  const { untagged } = await client.ok('LIST "" "*"');
  const lists = untagged.map((line) => /^\* LIST \(([^)]*)\) \S+ "?([^"]*)"?$/.exec(line));
  return lists.flatMap((match) => (match && !/\\(Noselect|NonExistent)/i.test(match[1]!) ? [match[2]!] : []));
}

async function readMailbox(client: RawImap, name: string): Promise<SeenMailbox> {
  const status = await client.ok(`STATUS ${quoted(name)} (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)`);
  const line = status.untagged.find((each) => each.startsWith('* STATUS')) ?? '';
  await client.ok(`EXAMINE ${quoted(name)}`);
  const fetched = await client.ok('UID FETCH 1:* (UID FLAGS MODSEQ RFC822.SIZE BODY.PEEK[])');
  const messages = new Map(fetched.untagged.flatMap((each) => parseFetch(each) ?? []));
  const count = numberAfter('MESSAGES', line);
  if (count !== messages.size) throw new Error(`${name}: STATUS says ${count} messages, FETCH gives ${messages.size}`);
  return {
    uidValidity: numberAfter('UIDVALIDITY', line),
    uidNext: numberAfter('UIDNEXT', line),
    highestModseq: numberAfter('HIGHESTMODSEQ', line),
    messages,
    wrongSearches: await wrongSearches(client, messages),
  };
}

/** The index of words lags behind and is made anew where it was lost; the answers must be right at all times. */
async function wrongSearches(client: RawImap, messages: ReadonlyMap<number, SeenMessage>): Promise<string[]> {
  const wrong: string[] = [];
  for (const { mark } of [...messages.values()].filter((message) => message.mark !== undefined).slice(-3)) {
    const expected = [...messages].filter(([, message]) => message.mark === mark).map(([uid]) => uid);
    const { untagged } = await client.ok(`UID SEARCH TEXT ${mark}`);
    const found = untagged.find((line) => line.startsWith('* SEARCH'))?.slice(9) ?? '';
    if (found !== expected.join(' '))
      wrong.push(`SEARCH TEXT ${mark} finds (${found}) instead of (${expected.join(' ')})`);
  }
  return wrong;
}

/** Of a FETCH response with UID, FLAGS, MODSEQ and BODY[]: the UID and the message. Undefined for other responses. */
export function parseFetch(response: string): [[number, SeenMessage]] | undefined {
  if (!/^\* \d+ FETCH /.test(response)) return undefined;
  const { body, rest } = withoutBody(response);
  const flags = /FLAGS \(([^)]*)\)/.exec(rest)?.[1] ?? '';
  const modseq = Number(/MODSEQ \((\d+)\)/.exec(rest)?.[1] ?? 0);
  const size = /RFC822\.SIZE (\d+)/.exec(rest)?.[1] ?? body.length;
  if (Number(size) !== body.length) throw new Error(`RFC822.SIZE is ${size}, the message has ${body.length} octets`);
  const digest = digestOf(Buffer.from(body, 'latin1'));
  const mark = /^X-Mark: \S+?(\w+)\r\n/.exec(body)?.[1];
  return [[numberAfter('UID', rest), { digest, flags: flagSet(flags.split(' ')), modseq, mark }]];
}

function withoutBody(response: string): { body: string; rest: string } {
  const literal = /BODY\[\] ~?\{(\d+)\}\r\n/.exec(response);
  if (literal) {
    const start = literal.index + literal[0].length;
    const end = start + Number(literal[1]);
    return { body: response.slice(start, end), rest: response.slice(0, literal.index) + response.slice(end) };
  }
  const text = /BODY\[\] "((?:[^"\\]|\\.)*)"/.exec(response);
  if (!text) throw new Error(`no BODY[] in ${response.slice(0, 200)}`);
  return { body: text[1]!.replace(/\\(.)/g, '$1'), rest: response.replace(text[0], '') };
}

export function digestOf(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('base64');
}

/** Flags compare without case (RFC 9051 section 2.3.2); \Recent is a fact about a session. */
export function flagSet(flags: readonly string[]): ReadonlySet<string> {
  const lower = flags.map((flag) => flag.toLowerCase());
  return new Set(lower.filter((flag) => flag !== '' && flag !== '\\recent').sort());
}

function numberAfter(word: string, text: string): number {
  const match = new RegExp(`\\b${word} (\\d+)`).exec(text);
  if (!match) throw new Error(`no ${word} in ${text.slice(0, 200)}`);
  return Number(match[1]);
}
