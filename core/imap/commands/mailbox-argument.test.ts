import { describe, expect, it } from 'vitest';
import { canonicalName, isInbox, superiorOf } from './mailbox-argument.ts';

describe('the canonical mailbox name', () => {
  it.each([
    ['inbox', 'INBOX'],
    ['InBox/Work', 'INBOX/Work'],
    ['inboxes', 'inboxes'],
    ['Work/inbox', 'Work/inbox'],
    ['\u0131nbox', '\u0131nbox'],
  ])('gives INBOX one spelling, and nothing else: %s', (name, canonical) => {
    expect(canonicalName(name)).toBe(canonical);
  });

  it('is composed, so that one folder is not two that look the same', () => {
    expect(canonicalName('Entwu\u0308rfe')).toBe('Entw\u00fcrfe');
  });
});

it('knows what belongs to INBOX', () => {
  expect(['INBOX', 'INBOX/a', 'INBOXES', 'a/INBOX'].map(isInbox)).toEqual([true, true, false, false]);
});

it('finds no level above what begins with the separator', () => {
  expect(['a/b/c', 'a/b', 'a', '/a', ''].map(superiorOf)).toEqual(['a/b', 'a', undefined, undefined, undefined]);
});
