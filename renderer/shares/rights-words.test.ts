import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presetLetters, presetOf, RIGHTS, RIGHTS_PRESETS, type RightsPreset } from '../../core/mail/rights.ts';
import { entryWords, offeredRights, rightsName, rightsWords, withRight } from './rights-words.ts';

describe('rights in words', () => {
  it('offers every right there is exactly once', () => {
    expect([...offeredRights].sort()).toEqual([...RIGHTS].sort());
  });

  it.each(Object.keys(RIGHTS_PRESETS) as RightsPreset[])('leads from the preset %s to letters and back', (preset) => {
    const letters = presetLetters(preset.toUpperCase())!;
    expect(presetOf(letters)).toBe(preset);
    expect(presetOf([...letters].reverse().join(''))).toBe(preset);
  });

  it('names no preset that gives more or less than the letters do', () => {
    fc.assert(
      fc.property(fc.subarray([...RIGHTS]), (rights) => {
        const preset = presetOf(rights.join(''));
        if (preset !== undefined) expect([...RIGHTS_PRESETS[preset]].sort()).toEqual([...rights].sort());
      }),
    );
    expect([rightsName('lrt'), presetOf('lz'), presetLetters('toString')]).toEqual([
      'Own choice',
      undefined,
      undefined,
    ]);
  });

  it('changes one right and leaves the others', () => {
    fc.assert(
      fc.property(fc.subarray([...RIGHTS]), fc.constantFrom(...RIGHTS), (rights, right) => {
        const given = withRight(rights.join(''), right, true);
        expect(new Set(given)).toEqual(new Set([...rights, right]));
        expect(new Set(withRight(given, right, false))).toEqual(new Set(rights.filter((each) => each !== right)));
      }),
    );
  });

  it('never shows rights that are taken away as if they were given', () => {
    expect(entryWords({ identifier: '-olaf', rights: 'lr' })).toBe('Taken away: Read');
    expect(rightsWords('lrx')).toBe('see, read, delete folder');
  });
});
