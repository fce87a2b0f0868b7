import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
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
