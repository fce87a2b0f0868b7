import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sliceLimits } from './limits.ts';
import { SharedSlice } from './slices.ts';
import { Turnstile } from './turnstile.ts';

describe('a turnstile', () => {
  it('keeps nobody waiting who comes alone, turn after turn', async () => {
    const turnstile = new Turnstile(1);
    for (let turn = 0; turn < 3; turn++) {
      expect(turnstile.pass()).toBeUndefined();
      await setImmediate();
    }
  });

  it('lets a crowd through a few in each turn, in the order they came, latecomers behind those who wait', async () => {
    const turnstile = new Turnstile(2);
    const through: number[] = [];
    const come = async (who: number) => {
      await turnstile.pass();
      through.push(who);
    };
    const crowd = [0, 1, 2, 3, 4].map(come);
    await Promise.resolve();
    expect(through).toEqual([0, 1]);
    await setImmediate();
    expect(through).toEqual([0, 1, 2, 3]);
    crowd.push(come(5), come(6));
    await Promise.all(crowd);
    expect(through).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('a slice that many share', () => {
  /** A piece of work of so many milliseconds. */
  const work = (milliseconds: number) => {
    for (const end = performance.now() + milliseconds; performance.now() < end; );
  };

  it('is one slice a turn for all together, in the order they came', async () => {
    const slice = new SharedSlice();
    const done: number[] = [];
    const come = async (who: number) => {
      if (slice.over) await slice.rest();
      work(sliceLimits.time * 0.6);
      done.push(who);
    };
    const crowd = [0, 1, 2, 3, 4, 5].map(come);
    await Promise.resolve();
    // The second finds some of it left, unless the machine did something else meanwhile; the third finds nothing.
    expect([[0], [0, 1]]).toContainEqual(done);
    await setImmediate();
    expect(done.length).toBeLessThan(5);
    crowd.push(come(6));
    await Promise.all(crowd);
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('keeps nobody waiting who comes in a later turn', async () => {
    const slice = new SharedSlice();
    for (let turn = 0; turn < 3; turn++) {
      expect(slice.over).toBe(false);
      work(sliceLimits.time);
      expect(slice.over).toBe(true);
      await setImmediate();
      await setImmediate();
    }
  });
});
