import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeader, encodeHeader, HEADER_LENGTH, isRecordOf, recordLength } from './record.ts';

const header = fc.record({
  kind: fc.constantFrom('message' as const, 'void' as const),
  contentCrc: fc.nat(0xffff_ffff),
  length: fc.nat(2 ** 40),
  blob: fc.nat(2 ** 50),
  mailbox: fc.nat(2 ** 50),
  internalDate: fc.integer({ min: -(10 ** 12), max: 10 ** 13 }),
  saveDate: fc.integer({ min: 0, max: 10 ** 13 }),
  zone: fc.integer({ min: -1440, max: 1440 }),
});

describe('record headers', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(header, (one) => {
        expect(decodeHeader(encodeHeader(one))).toEqual(one);
      }),
    );
  });

  it('are refused when any bit has changed', () => {
    fc.assert(
      fc.property(header, fc.nat(HEADER_LENGTH * 8 - 1), (one, bit) => {
        const bytes = encodeHeader(one);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        expect(decodeHeader(bytes)).toBeUndefined();
      }),
    );
  });

  it("never pass for another message's", () => {
    fc.assert(
      fc.property(header, header, (one, other) => {
        const bytes = Buffer.concat([Buffer.alloc(3), encodeHeader(one)]);
        expect(isRecordOf(bytes, 3, one.blob, one.length)).toBe(true);
        fc.pre(one.blob !== other.blob);
        expect(isRecordOf(bytes, 3, other.blob, one.length)).toBe(false);
        expect(isRecordOf(bytes, 3, one.blob, one.length + 1)).toBe(false);
        expect(isRecordOf(bytes.subarray(0, 60), 3, one.blob, one.length)).toBe(false);
      }),
    );
  });

  it('are followed by the next at a multiple of 8', () => {
    expect([0, 1, 8, 9].map(recordLength)).toEqual([64, 72, 72, 80]);
  });
});
