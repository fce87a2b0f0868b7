import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fetchLimits } from '../../../base/limits.ts';
import { batchesOf } from './fetch-batches.ts';

const { batchMessages, batchOctets, wholeMessage } = fetchLimits;

describe('the batches of a FETCH', () => {
  it('lose no message, keep the order, and hold what memory is meant to hold', () => {
    const size = fc.oneof(fc.nat(10_000), fc.integer({ min: 0, max: 2 * wholeMessage }), fc.constant(wholeMessage));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 700 }), (sizes) => {
        const sequences = Uint32Array.from(sizes, (_, index) => 3 * index + 1);
        const batches = [...batchesOf(sequences, (index) => sizes[index]!)];
        expect(batches.flatMap((batch) => [...batch])).toEqual([...sequences]);
        for (const batch of batches) {
          const octets = [...batch].map((sequence) => sizes[(sequence - 1) / 3]!);
          expect(batch.length).toBeLessThanOrEqual(batchMessages);
          if (octets.some((one) => one > wholeMessage)) expect(batch).toHaveLength(1);
          else expect(octets.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(batchOctets);
        }
      }),
    );
  });

  it('are as large as they may be when no message is read', () => {
    const batches = [...batchesOf(new Uint32Array(2 * batchMessages + 1))];
    expect(batches.map(({ length }) => length)).toEqual([batchMessages, batchMessages, 1]);
  });
});
