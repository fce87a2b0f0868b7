import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyFetch } from '../support/fetch-replies.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const part = (type: string, encoding: string, body: string) =>
  `--b\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;

const message = [
  'Content-Type: multipart/mixed; boundary=b\r\nMIME-Version: 1.0\r\n\r\n',
  part('text/plain; charset=utf-8', 'quoted-printable', 'Gr=C3=BC=\r\n=C3=9Fe'),
  part('application/octet-stream', 'BASE64', Buffer.from([0, 1, 2, 0xff]).toString('base64')),
  part('image/png', 'base64', Buffer.from('no nul here').toString('base64')),
  part('text/plain', 'base64', Buffer.from('a\nb\r\nc\n').toString('base64')),
  part('text/plain; charset=utf-16le', 'base64', Buffer.from('a\nb', 'utf16le').toString('base64')),
  part('application/x-odd', 'x-uuencode', 'begin 644 odd'),
  part('message/rfc822', '7bit', 'Subject: inner\r\n\r\n=41 stays'),
  '--b--\r\n',
].join('');

describe('BINARY (RFC 3516)', () => {
  let server: TestServer;
  let client: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    client = await server.client();
    await client.append('INBOX', Buffer.from(message, 'latin1'));
    await client.append('INBOX', Buffer.from('Content-Transfer-Encoding: base64\r\n\r\naGVsbG8='));
    await client.ok('SELECT INBOX');
  });
  afterAll(() => server.stop());

  it.each([
    ['1', 'Grüße'],
    ['3', 'no nul here'],
    ['4', 'a\r\nb\r\nc\r\n'],
    ['7', 'Subject: inner\r\n\r\n=41 stays'],
    ['7.1', '=41 stays'],
    ['', message],
  ])('BINARY[%s] is decoded, text with CRLF, and as long as BINARY.SIZE says', async (section, expected) => {
    const octets = Buffer.from(expected).toString('latin1');
    const items = onlyFetch(await client.ok(`FETCH 1 (BINARY.PEEK[${section}] BINARY.SIZE[${section}])`));
    expect(items.get(`BINARY[${section}]`)).toBe(octets);
    expect(items.get(`BINARY.SIZE[${section}]`)).toBe(`${octets.length}`);
  });

  it('sends a literal8 where there is a NUL, and only there', async () => {
    const { untagged } = await client.ok('FETCH 1 (BINARY.PEEK[2] BINARY.PEEK[2]<1.2> BINARY.PEEK[3])');
    expect(untagged).toEqual([
      '* 1 FETCH (BINARY[2] ~{4}\r\n\x00\x01\x02\xff BINARY[2]<1> {2}\r\n\x01\x02 BINARY[3] {11}\r\nno nul here)',
    ]);
  });

  it('leaves UTF-16 text alone: its octet 0x0A is half a character', async () => {
    const items = onlyFetch(await client.ok('FETCH 1 BINARY.PEEK[5]'));
    expect(items.get('BINARY[5]')).toBe('a\0\n\0b\0');
  });

  it('decodes a message that is one part only, and gives NIL and 0 for a part that is not there', async () => {
    const items = onlyFetch(
      await client.ok('FETCH 2 (BINARY.PEEK[1] BINARY.PEEK[2] BINARY.SIZE[2] BINARY.PEEK[1]<9.9>)'),
    );
    expect([...items]).toEqual([
      ['BINARY[1]', 'hello'],
      ['BINARY[2]', 'NIL'],
      ['BINARY.SIZE[2]', '0'],
      ['BINARY[1]<9>', ''],
    ]);
  });

  it.each(['BINARY.PEEK[6]', 'BINARY.SIZE[6]', 'BINARY[6]'])(
    '%s, whose encoding nobody knows, is NO [UNKNOWN-CTE]; others are given, and nothing is marked as read',
    async (item) => {
      const reply = await client.command(`FETCH 1:2 (UID ${item})`);
      expect([reply.status, reply.code]).toEqual(['NO', 'UNKNOWN-CTE']);
      expect(reply.untagged.map((line) => line.slice(0, 9))).toEqual(['* 2 FETCH']);
      expect(onlyFetch(await client.ok('FETCH 1 (FLAGS BODY.PEEK[6])')).get('FLAGS')).not.toContain('\\Seen');
    },
  );
});
