import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../base/errors.ts';
import { generatePassword } from '../base/generate-password.ts';
import { systemRandom } from '../base/random.ts';
import { checkPassword, preparePassword } from './password.ts';

describe('new passwords', () => {
  it.each([
    '',
    'short',
    '1234567',
    '😀😀😀',
    'a\tb c d e f',
    'line\r\nend!!',
    'lost \uFFFD here',
    'nul\0nul!!',
    'x'.repeat(513),
    '\u00AD'.repeat(9),
  ])('refuses %j', (password) => {
    expect(() => checkPassword(password, 'karen')).toThrow(UserError);
  });

  it('refuses the user name, the first guess of a stranger', () => {
    expect(() => checkPassword('Karen@Example.org', 'karen@example.org')).toThrow(UserError);
  });

  it('never repeats the password in what it says: that text goes to logs', () => {
    for (const password of ['hunter2', 'hunter2\tx12345', 'hunter2'.repeat(100)]) {
      expect(() => checkPassword(password, 'karen')).toThrow(/^(?!.*hunter2)/);
    }
  });

  it.each([
    'correct horse',
    'pässwörter',
    'пароль от почты',
    'パスワードです。ね',
    '😀🚀🎉🔥✨🐧🦊🐙',
    'אבגדהוז abcdef',
    'with "quotes" \\ and {5}',
  ])('takes %j', (password) => {
    expect(() => checkPassword(password, 'karen')).not.toThrow();
  });
});

describe('passwords typed in another way than they were set', () => {
  const form = (password: string) => Buffer.from(preparePassword(password)).toString();

  it('are the same password (RFC 4013 section 3)', () => {
    expect(form('I\u00ADX')).toBe('IX');
    expect(form('\u00AA')).toBe('a');
    expect(form('\u2168')).toBe('IX');
    expect(form('pa\u0308sswort')).toBe(form('p\u00E4sswort')); // a Mac's and a PC's ä
    expect(form('a\u00A0b')).toBe('a b');
  });

  it('stay different when a letter differs in case', () => {
    expect(form('User')).not.toBe(form('user'));
  });

  it('never fail, whatever a client sends, and never change the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (password) => {
        const prepared = form(password);
        expect(form(form(prepared))).toBe(form(prepared));
      }),
    );
    expect(form('x'.repeat(1_000_000))).toHaveLength(1_000_000);
  });
});

describe('generated passwords', () => {
  it('hold 70 bits, in letters nobody mistakes', () => {
    const password = generatePassword(systemRandom);
    expect(password).toMatch(/^([abcdefghjkmnpqrstuvwxyz2-9]{4}-){3}[abcdefghjkmnpqrstuvwxyz2-9]{4}$/);
    expect(16 * Math.log2(31)).toBeGreaterThan(70);
    expect(() => checkPassword(password, 'karen')).not.toThrow();
  });

  it('favour no letter: octets that would are thrown away', () => {
    const octets = [255, 250, 248, ...Array.from({ length: 16 }, (_, index) => index)];
    const password = generatePassword(() => Uint8Array.of(octets.shift()!));
    expect(password).toBe('abcd-efgh-jkmn-pqrs');
    expect(octets).toEqual([]);
  });
});
