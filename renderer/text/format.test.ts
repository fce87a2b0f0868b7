import { describe, expect, it } from 'vitest';
import { ago, ahead, count, duration, listTime, octetsText } from './format.ts';

describe('times and sizes for people', () => {
  it('says how long ago, and is not misled by a clock that is behind', () => {
    const now = 1_000_000_000;
    const passed = [-60_000, 0, 4_999, 5_000, 60_000, 119_999, 7_200_000, 86_400_000 * 3];
    expect(passed.map((length) => ago(now - length, now))).toEqual([
      'just now',
      'just now',
      'just now',
      '5 seconds ago',
      '1 minute ago',
      '1 minute ago',
      '2 hours ago',
      '3 days ago',
    ]);
  });

  it('says how long still, and never counts below now', () => {
    expect([ahead(60_000, 0), ahead(0, 60_000), ahead(999, 0)]).toEqual(['in 1 minute', 'now', 'now']);
  });

  it('writes durations in two units at most', () => {
    const lengths = [0, 999, 1_000, 59_999, 60_000, 754_000, 3_600_000, 5_400_000, 86_400_000, 90_000_000 * 3];
    expect(lengths.map(duration)).toEqual([
      'less than a second',
      'less than a second',
      '1 second',
      '59 seconds',
      '1 minute',
      '12 minutes',
      '1 hour',
      '1 hour 30 minutes',
      '1 day',
      '3 days 3 hours',
    ]);
  });

  it('never writes 1000 of a unit, and no digit that says nothing', () => {
    const numbers = [0, 1, 999, 1_000, 1_500, 9_949, 9_960, 20_400, 999_499, 999_500, 1_000_000, 2.5e9, 1e18];
    expect(numbers.map(octetsText)).toEqual([
      '0 octets',
      '1 octet',
      '999 octets',
      '1 kB',
      '1.5 kB',
      '9.9 kB',
      '10 kB',
      '20 kB',
      '999 kB',
      '1 MB',
      '1 MB',
      '2.5 GB',
      '1000 PB',
    ]);
  });

  it('writes times that a list sorts as text', () => {
    expect(listTime(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('2026-01-02 03:04:05');
  });

  it('counts', () => {
    expect([count(1, 'user'), count(0, 'user'), count(1_234, 'address', 'addresses')]).toEqual([
      '1 user',
      '0 users',
      '1,234 addresses',
    ]);
  });
});
