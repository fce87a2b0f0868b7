import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Uses } from './uses.ts';

describe('what nobody uses', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const watched = () => {
    const idle: string[] = [];
    return { idle, uses: new Uses(100, (name) => idle.push(name)) };
  };

  it('is told once, after its time, however long it was in use', () => {
    const { idle, uses } = watched();
    const done = uses.take('a');
    vi.advanceTimersByTime(1_000);
    expect(idle).toEqual([]);
    done();
    done();
    vi.advanceTimersByTime(99);
    expect(idle).toEqual([]);
    expect(uses.has('a')).toBe(true);
    vi.advanceTimersByTime(1);
    expect(idle).toEqual(['a']);
    expect(uses.has('a')).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(idle).toEqual(['a']);
  });

  it('waits for the last of several uses, and again after a touch', () => {
    const { idle, uses } = watched();
    const first = uses.take('a');
    const second = uses.take('a');
    first();
    vi.advanceTimersByTime(1_000);
    expect(uses.isUsed('a')).toBe(true);
    second();
    vi.advanceTimersByTime(60);
    uses.touch('a');
    uses.touch('b');
    vi.advanceTimersByTime(60);
    expect(idle).toEqual([]);
    vi.advanceTimersByTime(40);
    expect(idle).toEqual(['a', 'b']);
  });
});
