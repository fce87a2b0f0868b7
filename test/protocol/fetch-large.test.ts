import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fetchLimits } from '../../core/base/limits.ts';
import { onlyFetch } from '../support/fetch-replies.ts';
import { Random } from '../support/random.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { KAREN, startTestServer, type TestServer } from '../support/test-server.ts';

const MiB = 1024 * 1024;

/** Messages far larger than what is read at once: the parts lie across the pieces in which they are read. */
describe('large messages', () => {
  const random = new Random(7);
  const attachment = random.bytes(2 * MiB + 12_345);
  const base64 = attachment.toString('base64').replace(/.{76}/g, '$&\r\n');
  const lines = Array.from({ length: 20_000 }, (_, line) => `Zeile ${line} mit Umlauten äöü und etwas Text`);
  const quotedPrintable = lines.join('\r\n').replace(/[^\x00-\x7f]/g, encoded);
  const bareLines = Buffer.from(lines.join('\n')).toString('base64').replace(/.{76}/g, '$&\r\n');
  const header = 'Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n';
  const message = Buffer.from(
    `${header}${[
      `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable}`,
      `Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}`,
      `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${bareLines}`,
    ]
      .map((part) => `--cut\r\n${part}\r\n`)
      .join('')}--cut--\r\n`,
    'latin1',
  );

  let server: TestServer;
  let client: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    client = await server.client();
    expect((await client.append('INBOX', message)).status).toBe('OK');
    await client.ok('SELECT INBOX');
  });
  afterAll(() => server.stop());

  const octetsOf = async (item: string, label = item.replace('.PEEK', '')) => {
    return Buffer.from(onlyFetch(await client.ok(`FETCH 1 ${item}`)).get(label)!, 'latin1');
  };

  it('come back octet for octet, whole and in parts', async () => {
    expect(message.length).toBeGreaterThan(10 * fetchLimits.wholeMessage);
    expect((await octetsOf('BODY.PEEK[]')).equals(message)).toBe(true);
    expect((await octetsOf('BODY.PEEK[TEXT]')).equals(message.subarray(header.length))).toBe(true);
    expect((await octetsOf('BODY.PEEK[2]')).toString('latin1')).toBe(base64);
    expect((await octetsOf('BODY.PEEK[HEADER]')).toString('latin1')).toBe(header);
    expect((await octetsOf('BODY.PEEK[HEADER.FIELDS.NOT (Subject)]')).toString('latin1')).toBe(header.slice(16));
  });

  it.each([
    [0, 10],
    [fetchLimits.piece - 1, 2],
    [fetchLimits.piece, fetchLimits.piece],
    [3 * fetchLimits.piece + 17, 2 * fetchLimits.piece + 5],
    [1_000_000, 100 * MiB],
  ])('can be fetched from octet %i on, %i octets of it', async (offset, length) => {
    const octets = await octetsOf(`BODY.PEEK[]<${offset}.${length}>`, `BODY[]<${offset}>`);
    expect(octets.equals(message.subarray(offset, offset + length))).toBe(true);
  });

  it('are decoded for BINARY piece by piece, and BINARY.SIZE is the size that then comes', async () => {
    const decoded = [Buffer.from(lines.join('\r\n')), attachment, Buffer.from(lines.join('\r\n'))];
    for (const [index, expected] of decoded.entries()) {
      const part = index + 1;
      expect((await octetsOf(`BINARY.PEEK[${part}]`)).equals(expected)).toBe(true);
      expect((await octetsOf(`BINARY.SIZE[${part}]`)).toString()).toBe(`${expected.length}`);
      const offset = 300_001;
      const some = await octetsOf(`BINARY.PEEK[${part}]<${offset}.300000>`, `BINARY[${part}]<${offset}>`);
      expect(some.equals(expected.subarray(offset, offset + 300_000))).toBe(true);
    }
  });

  it('do not keep what comes after them waiting for ever: the next command is answered', async () => {
    const [reply, noop] = await Promise.all([client.command('FETCH 1 RFC822'), client.command('NOOP')]);
    expect(reply.status).toBe('OK');
    expect(noop.status).toBe('OK');
  });

  it('are verified though only pieces of them are read: one that the disk has changed is told, and not handed out any more', async () => {
    const marked = Buffer.concat([message, Buffer.from('a mark far behind what is read\r\n')]);
    expect((await client.append('INBOX', marked)).status).toBe('OK');
    const { accountId } = server.server.directory.find(KAREN.name)!;
    const segment = join(server.data, 'mail', accountId, 'segments', '000001.seg');
    const place = (await readFile(segment)).lastIndexOf('a mark far behind');
    const file = await open(segment, 'r+');
    await file.write('A', place);
    await file.close();
    const first = onlyFetch(await client.ok('FETCH 2 BODY.PEEK[]<0.100>')).get('BODY[]<0>');
    expect(first).toBe(message.toString('latin1', 0, 100)); // nobody waits until all of it was looked at
    await vi.waitFor(() =>
      expect(server.server.imap4.info().problem).toContain('mail of karen was changed by the disk'),
    );
    expect((await client.command('FETCH 2 BODY.PEEK[]<0.100>')).status).toBe('NO');
    expect((await client.command('FETCH 1 BODY.PEEK[]<0.100>')).status).toBe('OK');
    expect(server.errors.splice(0)).toEqual([expect.stringContaining('A message is damaged')]);
  });
});

function encoded(character: string): string {
  return [...Buffer.from(character)].map((octet) => `=${octet.toString(16).toUpperCase()}`).join('');
}
