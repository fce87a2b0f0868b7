import { describe, expect, it } from 'vitest';
import { LeastRecentlyUsed } from './least-recently-used.ts';

describe('things that are kept for their next use', () => {
  it('are opened once, and closed when they were unused for longest, or dropped', () => {
    const closed: string[] = [];
    const opened: string[] = [];
    const kept = new LeastRecentlyUsed<string>(2, (thing) => closed.push(thing));
    const use = (name: string) => kept.get(name, () => opened[opened.push(name) - 1]!);
    for (const name of ['a', 'b', 'a', 'c']) expect(use(name)).toBe(name);
    expect([opened, closed, kept.names()]).toEqual([['a', 'b', 'c'], ['b'], ['a', 'c']]);
    kept.drop('a');
    kept.drop('b');
    expect([closed, kept.names()]).toEqual([['b', 'a'], ['c']]);
  });
});
