import { describe, expect, it } from 'vitest';
import { UserError } from '../base/errors.ts';
import { accessRulesFromOldText } from './access-rule-import.ts';
import { accessRulesText } from './access-rule-text.ts';

const read = (text: string) => accessRulesText.write(accessRulesFromOldText(text));

describe('the old text form of access rules', () => {
  it('is read with everything it may hold', () => {
    const text = [
      '\uFEFF# the office',
      '!192.168.17.0 255.255.255.0 karen',
      '192.168.0.0 255.255.0.0   # all of it',
      '',
      '  ! 10.0.0.5',
      '10.0.0.0/8 karen,bob   jane',
      '0.0.0.0 0.0.0.0 admin@example.org',
      '!2001:db8::/32 bob',
      'fe80::1',
    ].join('\r\n');
    expect(read(text)).toBe(
      [
        'deny 192.168.17.0/24 karen',
        'allow 192.168.0.0/16',
        'deny 10.0.0.5/32',
        'allow 10.0.0.0/8 karen bob jane',
        'allow 0.0.0.0/0 admin@example.org',
        'deny 2001:db8::/32 bob',
        'allow fe80::1/128',
      ].join(', '),
    );
    expect(read('')).toBe('');
    expect(read('10.0.0.5 255.255.255.255')).toBe('allow 10.0.0.5/32');
  });

  it.each([
    ['10.0.0.0/8\nlocalhost', 'Line 2: "localhost" is no address'],
    ['!', 'Line 1: "" is no address'],
    ['10.0.0.0 255.0.255.0', 'Line 1: 255.0.255.0 is no netmask'],
    ['10.0.0.0 0.0.0.255', 'Line 1: 0.0.0.255 is no netmask'],
    ['10.0.0.0/8 255.0.0.0', 'Line 1: "10.0.0.0/8 255.0.0.0" is no address'],
    ['10.0.0.0/33', 'Line 1: "10.0.0.0/33" is no address'],
    [`10.0.0.0/8 ${'x'.repeat(255)}`, 'Line 1: behind the address stand'],
    [`${'10.0.0.1\n'.repeat(1_001)}`, 'Line 1001: there are more than 1000 rules'],
  ])('is refused as a whole with the line named: %#', (text, message) => {
    expect(() => accessRulesFromOldText(text)).toThrow(UserError);
    expect(() => accessRulesFromOldText(text)).toThrow(message);
  });
});
