import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionLimits } from '../../base/limits.ts';
import { CHUNK, ChunkPool } from './chunk-pool.ts';
import { ConnectionClosed, ResponseWriter } from './response-writer.ts';

/** A client that takes what it is sent some turns later, and looks at the memory only then. */
class SlowClient extends Writable {
  got = '';
  readonly #turns: number;

  constructor(turns: number) {
    super({ highWaterMark: 16 * 1024, decodeStrings: false });
    this.#turns = turns;
  }

  override _write(octets: Buffer | string, _encoding: string, done: () => void): void {
    const take = (turns: number) => {
      if (turns > 0) return void setImmediate(take, turns - 1);
      this.got += typeof octets === 'string' ? octets : octets.toString('latin1');
      done();
    };
    take(this.#turns);
  }
}

const length = fc.oneof(fc.nat(100), fc.nat(20_000), fc.constantFrom(CHUNK - 1, CHUNK, CHUNK + 1, 150_000));

/** Something to write, each with a letter of its own. */
const writes = fc.array(fc.tuple(fc.constantFrom('text', 'bytes', 'flush', 'drained'), length), { maxLength: 25 });

describe('the writer of replies', () => {
  it('sends everything once, in order and unchanged, however the client takes it and whoever shares the memory', async () => {
    await fc.assert(
      fc.asyncProperty(writes, writes, fc.nat(3), async (one, two, turns) => {
        const pool = new ChunkPool();
        const sent = await Promise.all([one, two].map((each, letter) => writeAll(each, letter * 97, turns, pool)));
        for (const { got, expected } of sent) expect(got === expected).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('lets a command wait while the client does not read, and ends it when the client goes', async () => {
    const writer = new ResponseWriter(new Writable({ write: () => {} }));
    writer.bytes(Buffer.alloc(connectionLimits.writeBuffer + 1));
    const waiting = writer.drained();
    expect(waiting).toBeInstanceOf(Promise);
    writer.close();
    await expect(waiting).rejects.toThrow(ConnectionClosed);
    await expect(writer.drained()).rejects.toThrow(ConnectionClosed);
  });

  it('keeps no more spare memory than is said', () => {
    const pool = new ChunkPool();
    const chunks = Array.from({ length: connectionLimits.spareChunks + 3 }, () => pool.take());
    for (const chunk of chunks) pool.giveBack(chunk);
    const again = new Set(Array.from(chunks, () => pool.take()));
    expect(chunks.filter((chunk) => again.has(chunk))).toHaveLength(connectionLimits.spareChunks);
  });
});

async function writeAll(
  writes: readonly (readonly [string, number])[],
  seed: number,
  turns: number,
  pool: ChunkPool,
): Promise<{ got: string; expected: string }> {
  const client = new SlowClient(turns);
  const writer = new ResponseWriter(client, pool);
  let expected = '';
  for (const [index, [kind, octets]] of writes.entries()) {
    const content = String.fromCharCode(0x80 + ((seed + index) % 0x7f)).repeat(octets);
    if (kind === 'flush') writer.flush();
    else if (kind === 'drained') await writer.drained();
    else {
      expected += content;
      if (kind === 'text') writer.text(content);
      else writer.bytes(Buffer.from(content, 'latin1'));
    }
  }
  writer.flush();
  while (writer.taken < writer.octets) await new Promise(setImmediate);
  return { got: client.got, expected };
}
