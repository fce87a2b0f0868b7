import { sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileNames } from './file-names.ts';

function pathsOf(...mailboxes: readonly string[]): readonly string[] {
  const names = new FileNames();
  return mailboxes.map((mailbox) => names.of(mailbox).replaceAll(sep, '/'));
}

describe('files named after mailboxes', () => {
  it('have a folder for each level', () => {
    expect(pathsOf('INBOX', 'Büro/2019')).toEqual(['INBOX', 'Büro/2019']);
  });

  it('never lead out of the folder, and have no name that Windows or a Maildir takes for something else', () => {
    expect(pathsOf('../../etc', '..', 'a\\b', 'a:b?', 'con', 'COM1.txt', 'Work/cur', 'end.', '.hidden')).toEqual([
      ...['__/__/etc', '__', 'a_b', 'a_b_', '_con', '_COM1.txt', 'Work/_cur', 'end_', '_hidden'],
    ]);
  });

  it('are different for different mailboxes, also on disks that do not tell capitals', () => {
    expect(pathsOf('Work', 'work', 'a:b', 'a?b', 'Work.mbox/x')).toEqual([
      ...['Work', 'work (2)', 'a_b', 'a_b (2)', 'Work_mbox/x'],
    ]);
  });
});
