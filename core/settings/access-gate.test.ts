import { describe, expect, it } from 'vitest';
import type { Refusal } from '../base/refusal.ts';
import { createAccessGate } from './access-gate.ts';
import type { AccessRule } from './access-rule.ts';
import { accessRulesText } from './access-rule-text.ts';

describe('the gate', () => {
  it('obeys the rules of this moment, and tells the administrator which line kept somebody out', () => {
    const from = { address: '203.0.113.9', secure: true, clientId: 'Telephone 1' };
    let rules: readonly AccessRule[] = [];
    const refused: Omit<Refusal, 'at'>[] = [];
    const gate = createAccessGate({
      settings: { get: () => rules as never },
      localNetworks: { own: [], contains: (address) => address.startsWith('192.168.') },
      refusals: { record: (refusal) => refused.push(refusal) },
    });
    expect([gate.mayConnect('203.0.113.9'), gate.mayLogIn(from, 'karen')]).toEqual([true, true]);
    rules = accessRulesText.read('allow local, allow any bob')!;
    expect([gate.mayConnect('203.0.113.9'), gate.mayLogIn(from, 'Bob')]).toEqual([true, true]);
    expect(refused).toEqual([]);
    expect(gate.mayLogIn(from, 'karen')).toBe(false);
    rules = accessRulesText.read('allow local')!;
    expect(gate.mayConnect('203.0.113.9')).toBe(false);
    expect(
      refused.map(({ reason, user, address, clientId, setting }) => [reason, user, address, clientId, setting]),
    ).toEqual([
      ['accessRule', 'karen', '203.0.113.9', 'Telephone 1', 'imap4.access.rules'],
      ['accessRule', undefined, '203.0.113.9', undefined, 'imap4.access.rules'],
    ]);
    expect(refused[0]?.text).toBe('karen is kept out by the access rules. No line fits, so it is refused');
    rules = [];
    expect(gate.mayConnect('203.0.113.9')).toBe(true);
  });
});
