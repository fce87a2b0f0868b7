import type { RawImap, Reply } from './raw-imap.ts';
import type { TestServer } from './test-server.ts';

/** A small message, different for every number. */
export function smallMessage(number: number): Buffer {
  return Buffer.from(`From: a@example.com\r\nSubject: number ${number}\r\n\r\nBody ${number}\r\n`);
}

/** What a text looks like on the wire in UTF-8, as the octet string that RawImap sends and shows. */
export function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** A connection in IMAP4rev2 mode. */
export async function rev2Client(server: TestServer): Promise<RawImap> {
  const client = await server.client();
  await client.ok('ENABLE IMAP4rev2');
  return client;
}

/** The LIST (or LSUB) replies: `name (attributes, sorted) extended`, in the order in which they came. */
export function listReplies(reply: Reply): string[] {
  return reply.untagged
    .map((line) => /^\* (?:LIST|LSUB) \(([^)]*)\) "\/" ("[^"]*"|\S+)( .*)?$/s.exec(line))
    .filter((match) => match !== null)
    .map(([, attributes = '', name = '', extended = '']) => {
      const sorted = attributes.split(' ').filter(Boolean).sort().join(' ');
      return `${name.replaceAll('"', '')} (${sorted})${extended}`;
    });
}

/** The names alone. */
export function listedNames(reply: Reply): string[] {
  return listReplies(reply).map((line) => line.slice(0, line.indexOf(' (')));
}

/** The number or text that follows a word in the untagged replies, such as the 5 of `[UIDNEXT 5]`. */
export function toldOf(reply: Reply, word: string): string | undefined {
  for (const line of reply.untagged) {
    const match = new RegExp(`[ [(]${word} (\\([^)]*\\)|[^\\])\\s]+)`).exec(line);
    if (match) return match[1];
  }
  return undefined;
}
