import { describe, expect, it } from 'vitest';
import { attributesOf } from './list-reply.ts';

describe('the attributes of a LIST reply', () => {
  it('say in the words the client knows that there is no mailbox', () => {
    expect(attributesOf(undefined, { hasChildren: true, extended: true })).toEqual(['\\NonExistent', '\\HasChildren']);
    expect(attributesOf(undefined, { hasChildren: true, extended: false })).toEqual([
      '\\Noselect',
      '\\NonExistent',
      '\\HasChildren',
    ]);
  });

  it('say of a faked level that it can be opened, and of a mailbox that may not be read that it cannot', () => {
    for (const extended of [false, true]) {
      expect(attributesOf(undefined, { hasChildren: true, extended, faked: true })).toEqual(['\\HasChildren']);
      const entry = { name: '#users/Karen/Inbox', objectId: 'F1', specialUse: [] };
      const facts = { hasChildren: false, extended, closed: true };
      expect(attributesOf(entry, facts)).toEqual(['\\Noselect', '\\HasNoChildren']);
    }
  });

  it('tell subscriptions only when they are known', () => {
    const entry = { name: 'Sent', objectId: 'F1', specialUse: ['\\Sent'] as const };
    expect(attributesOf(entry, { hasChildren: false, extended: true })).toEqual(['\\HasNoChildren', '\\Sent']);
    const facts = { hasChildren: false, subscribed: true, extended: true };
    expect(attributesOf(entry, facts)).toEqual(['\\HasNoChildren', '\\Subscribed', '\\Sent']);
  });
});
