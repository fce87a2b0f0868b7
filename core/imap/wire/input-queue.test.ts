import { describe, expect, it } from 'vitest';
import { InputQueue } from './input-queue.ts';

/** Octets that differ along the way, cut into chunks whose sizes go from one octet to several thousand and back. */
function chunksOf(whole: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < whole.length; i++) {
    const size = ((i * 7919) % 13) ** 3 + 1;
    chunks.push(Buffer.from(whole.subarray(at, at + size)));
    at += size;
  }
  return chunks;
}

describe('input that piles up while a command runs', () => {
  const whole = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251));

  it('comes out in order, small chunks and large ones mixed', () => {
    const queue = new InputQueue();
    for (const chunk of chunksOf(whole)) queue.push(chunk);
    expect(queue.length).toBe(whole.length);
    const parts: Buffer[] = [];
    for (let part = queue.part(5000); part !== undefined; part = queue.part(5000)) parts.push(part);
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
    expect(queue.length).toBe(0);
  });

  it('is gathered: a client that sends single octets does not cost an object for each', () => {
    const queue = new InputQueue();
    for (const octet of whole.subarray(0, 20_000)) queue.push(Buffer.of(octet));
    let parts = 0;
    while (queue.part(20_000) !== undefined) parts++;
    expect(parts).toBeLessThan(10);
  });

  it('is not disturbed by what comes after a part of it was taken', () => {
    const queue = new InputQueue();
    const taken: Buffer[] = [];
    for (const chunk of chunksOf(whole)) {
      queue.push(chunk);
      queue.push(Buffer.of(1));
      const part = queue.part(Math.ceil(chunk.length / 2));
      if (part !== undefined) taken.push(part);
    }
    for (let part = queue.part(5000); part !== undefined; part = queue.part(5000)) taken.push(part);
    const expected = Buffer.concat(chunksOf(whole).flatMap((chunk) => [chunk, Buffer.of(1)]));
    expect(Buffer.concat(taken).equals(expected)).toBe(true);
  });

  it('is not copied when a line lies whole in a chunk', () => {
    const queue = new InputQueue();
    const chunk = Buffer.from('a NOOP\r\nb NOOP\r\n');
    queue.push(chunk);
    const line = queue.line(100);
    expect(line).toBeInstanceOf(Buffer);
    expect((line as Buffer).buffer).toBe(chunk.buffer);
    expect(String(line)).toBe('a NOOP\r\n');
  });
});
