import { describe, expect, it } from 'vitest';
import { fileName, pathsIn, renamedAtEnd } from './paths.ts';
import { portAfter } from './usual-port.ts';

describe('paths that are typed', () => {
  it('come as Windows copies them, in quotation marks, and nothing is imported twice', () => {
    expect(pathsIn('  "D:\\Old mail\\Inbox.mbox" \r\n\n/home/karen/a.mbox\n/home/karen/a.mbox')).toEqual([
      'D:\\Old mail\\Inbox.mbox',
      '/home/karen/a.mbox',
    ]);
  });
});

describe('a suggested name', () => {
  it('is one that Windows takes, whatever the mailbox is called', () => {
    expect(fileName('karen Büro/2019: "a|b"?')).toBe('karen Büro-2019- -a-b-');
    expect(fileName('Sent. ')).toBe('Sent');
    expect(fileName('..')).toBe('-');
  });

  it('follows the format at the end of a chosen path only, and never changes what was typed', () => {
    expect(renamedAtEnd('/home/a/karen INBOX.mbox', 'karen INBOX.mbox', 'karen INBOX')).toBe('/home/a/karen INBOX');
    expect(renamedAtEnd('D:\\x\\my karen INBOX.mbox', 'karen INBOX.mbox', 'other')).toBe('D:\\x\\my karen INBOX.mbox');
    expect(renamedAtEnd('/home/a/own name', 'karen INBOX.mbox', 'other')).toBe('/home/a/own name');
    expect(renamedAtEnd('', '', 'other')).toBe('');
  });
});

describe('the port', () => {
  it('is the usual one for the encryption, but one that was typed stays', () => {
    expect(portAfter(993, 'tls', 'starttls')).toBe(143);
    expect(portAfter(143, 'none', 'tls')).toBe(993);
    expect(portAfter(undefined, 'tls', 'none')).toBe(143);
    expect(portAfter(10_993, 'tls', 'none')).toBe(10_993);
  });
});
