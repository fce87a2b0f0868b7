import { describe, expect, it } from 'vitest';
import type { UserInfo } from './accounts/user.ts';
import { quotaOf } from './quota-of.ts';

const settings = { 'quota.octets': 0, 'quota.messages': 0 };
const users: Record<string, Partial<UserInfo>> = {
  plain: {},
  own: { quota: { octets: 7, messages: 0 } },
  unlimited: { quota: { octets: 0, messages: 0 } },
};
const limitsOf = quotaOf(
  { get: (key) => settings[key as keyof typeof settings] as never },
  {
    userById: (id) => users[id] as UserInfo | undefined,
  },
);
const none = { octets: undefined, messages: undefined };

describe('what an account may hold', () => {
  it('is his own quota, else that of the settings at that moment; 0 is no limit and never a limit of nothing', () => {
    expect(['plain', 'own', 'unlimited'].map(limitsOf)).toEqual([none, { octets: 7, messages: undefined }, none]);
    settings['quota.octets'] = 2;
    settings['quota.messages'] = 9;
    expect(limitsOf('plain')).toEqual({ octets: 2 * 1024 * 1024, messages: 9 });
    expect([limitsOf('own'), limitsOf('unlimited')]).toEqual([{ octets: 7, messages: undefined }, none]);
  });

  it('is everything for the public folders and for who is being removed: neither can be asked to make room', () => {
    expect([limitsOf('public'), limitsOf('gone')]).toEqual([none, none]);
  });
});
