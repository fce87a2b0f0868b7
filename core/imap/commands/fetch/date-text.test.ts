import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dateTime } from '../../wire/encode.ts';
import { DateText } from './date-text.ts';

const MINUTE = 60_000;

it('shows every date as if it were the first: no day or zone of an earlier message sticks', () => {
  // Days around two midnights, so that what is remembered is often nearly right.
  const time = fc.oneof(
    fc.integer({ min: -3_000, max: 3_000 }).map((minutes) => minutes * MINUTE),
    fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }),
  );
  const zone = fc.constantFrom(0, 60, -420, 345, -1, 1439, -1439);
  fc.assert(
    fc.property(fc.array(fc.tuple(time, zone), { maxLength: 20 }), (moments) => {
      const text = new DateText();
      for (const [moment, east] of moments) expect(text.of(moment, east)).toBe(dateTime(moment, east));
    }),
  );
});
