import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchLimits } from '../../../base/limits.ts';
import { gramsOf, mayHold, SignatureMaker } from './signature.ts';

const maker = new SignatureMaker();
const holds = (text: Uint8Array, needle: Uint8Array) => {
  const signature = maker.make(text);
  return mayHold(signature, 0, signature.length, gramsOf(needle));
};

describe('the signature of a text', () => {
  it('never denies what the text holds, whatever the octets', () => {
    const octets = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(octets, fc.nat(300), fc.nat(30), (text, from, length) => {
        expect(holds(text, text.subarray(from, from + length))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('denies most of what the text does not hold, and nearly all of what is longer', () => {
    const text = Buffer.from(Array.from({ length: 500 }, (_, i) => `word${i} `).join(''));
    const taken = (length: number) => {
      const needles = Array.from({ length: 1_000 }, (_, i) => Buffer.from(`#${i * 7_919}########`.slice(0, length)));
      return needles.filter((needle) => holds(text, needle)).length;
    };
    expect(taken(3)).toBeLessThan(300);
    expect(taken(8)).toBeLessThan(30);
  });

  it('is in proportion to how much differs in the text, not to how long that is, and never beyond its bound', () => {
    const once = Buffer.from('all work and no play makes jack a dull boy ');
    expect(maker.make(Buffer.concat(Array<Buffer>(1_000).fill(once))).length).toBeLessThan(100);
    let state = 1;
    const noise = Uint8Array.from({ length: 1_000_000 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
    expect(maker.make(noise).length).toBe(searchLimits.signature);
  });

  it('says of texts too short to have one that they hold nothing longer than them', () => {
    expect(holds(Buffer.from('ab'), Buffer.from('abc'))).toBe(false);
    expect(holds(Buffer.from('ab'), Buffer.from('ab'))).toBe(true);
    expect(holds(new Uint8Array(), new Uint8Array())).toBe(true);
  });

  it('does not depend on the texts before it', () => {
    const one = maker.make(Buffer.from('one text'));
    maker.make(Buffer.from('another, longer text about something else'));
    expect(maker.make(Buffer.from('one text'))).toEqual(one);
  });
});
