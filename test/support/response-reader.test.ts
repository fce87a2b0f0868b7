import { describe, expect, it } from 'vitest';
import { ResponseReader } from './response-reader.ts';

const STREAM = [
  '* OK [CAPABILITY IMAP4rev1] odd text ends in {5}',
  '* 1 FETCH (UID 7 BODY[] {10}\r\n{3}\r\nab\r\nc)',
  '* 2 FETCH (BINARY[1] ~{4}\r\n\0\r\n\0 FLAGS ())',
  '* LIST () "/" {0}\r\n',
  '+ idling {2}',
  'a1 OK done {9}',
  'a2 NO no',
];
function read(chunks: readonly Buffer[]): string[] {
  const out: string[] = [];
  const reader = new ResponseReader((response) => out.push(response.toString('latin1')));
  for (const chunk of chunks) reader.push(chunk);
  expect(reader.pendingOctets).toBe(0);
  return out;
}

describe('ResponseReader', () => {
  const bytes = Buffer.from(`${STREAM.join('\r\n')}\r\n`, 'latin1');

  it('takes literals for literals and text for people for text', () => {
    expect(read([bytes])).toEqual(STREAM);
  });

  it('gives the same responses wherever the stream is cut in two', () => {
    for (let at = 1; at < bytes.length; at++) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)]), `cut at ${at}`).toEqual(STREAM);
    }
  });

  it('gives the same responses octet by octet', () => {
    expect(read([...bytes].map((octet) => Buffer.of(octet)))).toEqual(STREAM);
  });
});
