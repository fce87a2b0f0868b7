import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName } from '../base/fold-name.ts';
import type { AccessRule } from './access-rule.ts';
import { accessRulesText } from './access-rule-text.ts';
import { AccessVerdicts, lanDefault, verdictOf } from './access-verdict.ts';
import { checkSetting } from './check.ts';

/** In the tests "Local Networks" are these only. */
const local = { contains: (address: string) => address.startsWith('192.168.') || address === '::1' };
const rulesOf = (text: string) => checkSetting('imap4.access.rules', accessRulesText.read(text));
const verdict = (text: string, address: string, user?: string) => verdictOf(rulesOf(text), address, user, local);
const mayConnect = (text: string, address: string) => new AccessVerdicts(rulesOf(text), local).mayAnybody(address);

describe('access rules', () => {
  it('let everybody in when there are none, and nobody whom no line allows when there are', () => {
    expect(verdict('', '203.0.113.9', 'karen')).toMatchObject({ allowed: true, row: undefined });
    expect(verdict('deny 10.0.0.0/8', '203.0.113.9', 'karen')).toMatchObject({ allowed: false, row: undefined });
    expect(verdict('allow 10.0.0.0/8', '10.1.2.3', 'karen')).toMatchObject({ allowed: true, row: 0 });
  });

  it('are decided by the first line that fits, which is named as people count', () => {
    const text = 'deny 192.168.17.0/24 karen, allow local, deny any';
    expect(verdict(text, '192.168.17.5', 'KAREN')).toEqual({
      allowed: false,
      row: 0,
      text: 'Line 1 decides: deny 192.168.17.0/24 karen',
    });
    expect(verdict(text, '192.168.17.5', 'bob')).toEqual({
      allowed: true,
      row: 1,
      text: 'Line 2 decides: allow local',
    });
    expect(verdict(text, '192.168.17.5')).toMatchObject({ allowed: true, row: 1 });
    expect(verdict(text, '203.0.113.9', 'bob')).toMatchObject({ allowed: false, row: 2 });
  });

  it('see an IPv4 address in IPv6 clothes as what it is', () => {
    expect(verdict('allow 10.0.0.0/8', '::ffff:10.1.2.3')).toMatchObject({ allowed: true });
    expect(verdict('deny 10.0.0.0/8, allow any', '::ffff:a01:203')).toMatchObject({ allowed: false });
    expect(verdict('allow ::/0', '10.1.2.3')).toMatchObject({ allowed: false });
  });

  it('keep out whatever is no address', () => {
    expect(verdict('allow any', 'localhost')).toMatchObject({ allowed: false, row: undefined });
    expect(mayConnect('allow any', '')).toBe(false);
  });

  it('turn somebody away before the greeting only if nobody at all could log in from there', () => {
    expect(mayConnect('', '203.0.113.9')).toBe(true);
    expect(mayConnect('allow any karen', '203.0.113.9')).toBe(true);
    expect(mayConnect('deny any karen, allow any karen', '203.0.113.9')).toBe(false);
    expect(mayConnect('deny any KAREN, allow any karen bob', '203.0.113.9')).toBe(true);
    expect(mayConnect('deny any, allow any karen', '203.0.113.9')).toBe(false);
    expect(mayConnect('allow local karen, deny any', '203.0.113.9')).toBe(false);
  });

  it('answer as the plain reading of them does, for every user and address', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 8 }), anyAddress, fc.option(anyUser), (rules, address, user) => {
        const { allowed, row } = verdictOf(rules, address, user ?? undefined, local);
        expect({ allowed, row }).toEqual(plainReading(rules, address, user));
      }),
      { numRuns: 2_000 },
    );
  });

  it('greet exactly those from where some user could log in', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 8 }), anyAddress, (rules, address) => {
        const somebody = [...users, 'somebody else'].some((user) => plainReading(rules, address, user).allowed);
        expect(new AccessVerdicts(rules, local).mayAnybody(address)).toBe(somebody);
      }),
      { numRuns: 2_000 },
    );
  });

  it('come back from one line of text as they were', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 8 }), (rules) => {
        expect(rulesOf(accessRulesText.write(rules))).toEqual(rules);
      }),
    );
  });
});

describe('the default for a LAN', () => {
  it('lets this machine and its networks in and nobody else, and can be kept as it is', () => {
    const rules = lanDefault(['192.168.1.0/24', '2001:db8:7::/64']);
    expect(checkSetting('imap4.access.rules', rules)).toEqual(rules);
    const inside = ['127.0.0.1', '::1', '192.168.1.200', '2001:db8:7::9'];
    const outside = ['192.168.2.1', '10.0.0.1', '2001:db8:8::9', '8.8.8.8'];
    const allowed = (address: string) => verdictOf(rules, address, 'karen', { contains: () => false }).allowed;
    expect(inside.map(allowed)).toEqual([true, true, true, true]);
    expect(outside.map(allowed)).toEqual([false, false, false, false]);
  });

  it('never locks out everybody on a machine that has no network at the moment', () => {
    expect(accessRulesText.write(lanDefault([]))).toBe('allow local, deny any');
  });
});

describe('rules that must not be kept', () => {
  const rule = { restrict: 'allow', type: 'ipv4', address: '10.0.0.0', prefix: 8, users: [] };
  it.each([
    ['a misspelt list of users, which would hold for everyone', { ...rule, users: undefined, user: ['karen'] }],
    ['one key too many', { ...rule, user: ['karen'] }],
    ['a prefix that is too long', { ...rule, prefix: 33 }],
    ['an address of the other family', { ...rule, address: '::1' }],
    ['an address where there is none', { ...rule, type: 'any' }],
    ['a user name that would be two', { ...rule, users: ['karen bob'] }],
    ['a user name that would end the line', { ...rule, users: ['karen,'] }],
    ['an unknown verb', { ...rule, restrict: 'perhaps' }],
  ])('have %s', (_, wrong) => {
    expect(() => checkSetting('imap4.access.rules', [wrong])).toThrow('imap4.access.rules must be');
    expect(checkSetting('imap4.access.rules', [rule])).toEqual([rule]);
  });
});

const users = ['karen', 'bob', 'jürgen'];
const anyUser = fc.constantFrom(...users, 'KAREN', 'Jürgen', 'somebody else');
const anyAddress = fc.constantFrom('192.168.1.7', '192.168.2.7', '10.0.0.1', '::ffff:10.0.0.1', '::1', '2001:db8::1');
const anyRule: fc.Arbitrary<AccessRule> = fc
  .record({
    restrict: fc.constantFrom('allow' as const, 'deny' as const),
    place: fc.constantFrom(
      { type: 'any' as const, address: '', prefix: 0 },
      { type: 'local' as const, address: '', prefix: 0 },
      { type: 'ipv4' as const, address: '192.168.1.0', prefix: 24 },
      { type: 'ipv4' as const, address: '10.0.0.1', prefix: 32 },
      { type: 'ipv6' as const, address: '2001:db8::', prefix: 32 },
      { type: 'ipv6' as const, address: '::', prefix: 0 },
    ),
    users: fc.array(fc.constantFrom(...users), { maxLength: 2 }),
  })
  .map(({ place, ...rest }) => ({ ...rest, ...place }));

/** The rules as a person would go through them, with places written out. */
function plainReading(rules: readonly AccessRule[], address: string, user: string | null | undefined) {
  const plain = address.replace('::ffff:', '');
  const isV6 = plain.includes(':');
  const isThere = ({ type, address: place }: AccessRule) => {
    if (type === 'any') return true;
    if (type === 'local') return local.contains(address);
    if (place === '::') return isV6;
    if (place === '2001:db8::') return plain === '2001:db8::1';
    if (place === '10.0.0.1') return plain === '10.0.0.1';
    return plain === '192.168.1.7';
  };
  if (rules.length === 0) return { allowed: true, row: undefined };
  for (const [row, rule] of rules.entries()) {
    const isHim = rule.users.length === 0 || (user && rule.users.map(foldName).includes(foldName(user)));
    if (isHim && isThere(rule)) return { allowed: rule.restrict === 'allow', row };
  }
  return { allowed: false, row: undefined };
}
