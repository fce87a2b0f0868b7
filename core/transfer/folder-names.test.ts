import { describe, expect, it } from 'vitest';
import { INITIAL_MAILBOXES } from '../mail/special-use.ts';
import { mailboxNames } from './folder-names.ts';

const ours = INITIAL_MAILBOXES.map(({ name, specialUse }) => ({ name, objectId: name, specialUse: [specialUse] }));

/** Our names for folders of `.`-separated names, or of paths with their own separator and use. */
function namesOf(
  folders: readonly (string | { path: string; separator?: string; specialUse?: string })[],
  { prefix = '', under }: { prefix?: string; under?: string } = {},
): readonly string[] {
  const sources = folders.map((folder) => ({
    ...{ separator: '.', specialUse: undefined },
    ...(typeof folder === 'string' ? { path: folder } : folder),
  }));
  return [...mailboxNames(sources, { prefix, ours, under }).values()];
}

describe('folders of another server', () => {
  it('keep their levels, whatever stands between them there', () => {
    expect(namesOf(['INBOX', 'Büro.2019', { path: 'a\\b', separator: '\\' }])).toEqual(['INBOX', 'Büro/2019', 'a/b']);
  });

  it('lose the prefix of their namespace, and INBOX itself does not', () => {
    const folders = ['INBOX', 'INBOX.Work.A', 'INBOX.Inbox'];
    expect(namesOf(folders, { prefix: 'INBOX.' })).toEqual(['INBOX', 'Work/A', 'INBOX']);
  });

  it('of special use are our mailboxes of that use, and so is what lies below them', () => {
    const sent = { path: 'Gesendet', specialUse: '\\Sent' };
    expect(namesOf([sent, 'Gesendet.2019', 'Gesendetes'])).toEqual(['Sent', 'Sent/2019', 'Gesendetes']);
    expect(namesOf([{ path: '[Gmail]/All Mail', separator: '/', specialUse: '\\All' }])).toEqual(['Archive']);
    expect(namesOf([{ path: 'Posteingang', specialUse: '\\Inbox' }])).toEqual(['INBOX']);
  });

  it('keep their own names below a mailbox that was named for them', () => {
    const sent = { path: 'Gesendet', specialUse: '\\Sent' };
    expect(namesOf(['INBOX', sent], { under: 'Old/2019' })).toEqual(['Old/2019/INBOX', 'Old/2019/Gesendet']);
  });

  it('get names that are possible here: no separator inside a level, no namespace of ours', () => {
    const names = namesOf(['A/B.C', '50%*', '#users.karen', 'a\u0000b', 'a..b', 'e\u0301']);
    expect(names).toEqual(['A_B/C', '50%*', '_users/karen', 'a_b', 'a/_/b', '\u00e9']);
  });

  it('deeper than we go become one level, and are not lost', () => {
    const [name = ''] = namesOf([Array.from({ length: 30 }, (_, level) => level).join('.')]);
    expect(name.split('/')).toHaveLength(20);
    expect(name).toMatch(/\/18\/19_20_.*_29$/);
  });
});
