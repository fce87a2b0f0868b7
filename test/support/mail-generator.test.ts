import { describe, expect, it } from 'vitest';
import { MailGenerator } from './mail-generator.ts';

const rareWord = { word: 'xylograph', every: 100 };

describe('generated mail', () => {
  it('is the same for the same seed, or no failure could be repeated', () => {
    const [first, second] = [1, 2].map(() => new MailGenerator({ seed: 7, rareWord }).take(50));
    expect(first!.map((mail) => mail.bytes.toString('latin1'))).toEqual(
      second!.map((mail) => mail.bytes.toString('latin1')),
    );
  });

  it('has the sizes of real mail, or the benchmark measures something else', () => {
    const sizes = new MailGenerator().take(10_000).map((mail) => mail.bytes.length);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(5_300);
    expect(mean).toBeLessThan(5_900);
    expect(Math.max(...sizes)).toBeGreaterThan(100_000);
    expect(sizes.toSorted((a, b) => a - b)[5_000]).toBeLessThan(5_000);
  });

  it('is well-formed to the octet: CRLF line ends, no line over 998 octets, no NUL', () => {
    for (const { bytes } of new MailGenerator({ rareWord }).take(500)) {
      const text = bytes.toString('latin1');
      expect(text).not.toMatch(/[^\r]\n|\r[^\n]|\0/);
      expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    }
  });

  it('goes up in time and plants the rare word exactly where it says', () => {
    const mails = new MailGenerator({ rareWord }).take(400);
    expect(mails.filter((mail) => mail.hasRareWord)).toHaveLength(4);
    for (let i = 1; i < mails.length; i++)
      expect(mails[i]!.date.getTime()).toBeGreaterThan(mails[i - 1]!.date.getTime());
    for (const mail of mails.filter((each) => !each.hasRareWord)) expect(mail.bytes.includes('xylograph')).toBe(false);
  });
});
