import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiteralCollector } from './literal-collector.ts';

// The same examples in every run: a failure must come back.
fc.configureGlobal({ seed: 9051 });

function collect(size: number, partSizes: Iterable<number>): Buffer {
  const collector = new LiteralCollector(size);
  let at = 0;
  for (const partSize of partSizes) {
    const length = Math.min(partSize, collector.missing);
    if (length === 0) break;
    collector.add(Buffer.from(Array.from({ length }, (_, i) => octetAt(at + i))));
    at += length;
  }
  expect(collector.missing).toBe(0);
  return collector.finish();
}

function octetAt(index: number): number {
  return (index * 31 + (index >> 8)) & 0xff;
}

function expected(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, i) => octetAt(i)));
}

describe('a literal that arrives in parts', () => {
  it('is whole when many small parts come first and few large ones last', () => {
    const size = 200_000;
    const parts = [...Array.from({ length: 20 }, () => 4096), ...Array.from({ length: 300 }, () => 3), size];
    expect(collect(size, parts).equals(expected(size))).toBe(true);
  });

  it('is whole when one large part comes first and octets trickle in after it', () => {
    const size = 70_000;
    expect(collect(size, [65_536, ...Array.from({ length: size }, () => 1)]).equals(expected(size))).toBe(true);
  });

  it('is whole, whatever the parts', () => {
    const partSizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 4000, max: 9000 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(partSizes, (sizes) => {
        const size = sizes.reduce((sum, length) => sum + length, 0);
        expect(collect(size, sizes).equals(expected(size))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('does not take the room that was announced before half of it is here', () => {
    const collector = new LiteralCollector(2 ** 50);
    for (let i = 0; i < 100; i++) collector.add(Buffer.alloc(5000));
    expect(collector.missing).toBe(2 ** 50 - 500_000);
  });
});
