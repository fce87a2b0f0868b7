import { sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mailCalls } from '../admin/calls/mail.ts';
import { downloadName } from '../admin/calls/sent-files.ts';
import { safeNames } from '../admin/files/safe-names.ts';
import type { Jobs } from '../admin/jobs.ts';
import { tryAdmin } from '../admin/testing.ts';
import { needFitDataFolder } from '../base/data-folder-place.ts';
import { isUnfitForWindows, unfitNameIn } from '../base/device-names.ts';
import { runCommandLine } from '../cli/program.ts';
import { CommandLine } from '../cli/testing.ts';
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

  it('fit on the disk however long the mailbox is called, and stay different', () => {
    const long = ['x'.repeat(271), `${'x'.repeat(270)}y`, '件'.repeat(100), `Büro/${'😀'.repeat(80)}`];
    const paths = pathsOf(...long);
    expect(new Set(paths).size).toBe(long.length);
    for (const name of paths.flatMap((path) => path.split('/'))) {
      expect(Buffer.byteLength(`${name} (12).mbox.part`)).toBeLessThanOrEqual(255); // so UTF-16 units are, too
      expect(name.isWellFormed()).toBe(true);
    }
    expect(paths[3]).toMatch(/^Büro\/😀+~[0-9a-f]{8}$/u);
  });

  it('are names that Windows can have, whatever the mailbox is called', () => {
    const anything = fc.string({ unit: fc.constantFrom(...'con1a. :/\\*\u0001³$ä') });
    fc.assert(
      fc.property(anything, (mailbox) => {
        for (const name of pathsOf(mailbox).flatMap((path) => path.split('/'))) {
          if (name !== '.') expect(isUnfitForWindows(`${name}.mbox`) || isUnfitForWindows(name)).toBe(false);
        }
      }),
    );
  });

  it.each([
    ['C:\\mail\\nul', 'nul'],
    ['C:\\mail\\CON', 'CON'],
    ['C:\\aux.old\\karen.mbox', 'aux.old'],
    ['/mail/com¹.mbox', 'com¹.mbox'],
    ['C:\\mail\\CONIN$', 'CONIN$'],
    ['C:\\mail\\a:b.mbox', 'a:b.mbox'],
    ['C:\\mail \\karen', 'mail '],
    ['\\\\server\\share\\mail\\what?', 'what?'],
    ['\\\\?\\C:\\mail\\karen.mbox', undefined],
    ['C:\\mail\\..\\console\\common.mbox', undefined],
  ])('of a person are looked at in every part of the path: %s', (path, unfit) => {
    expect(unfitNameIn(path)).toBe(unfit);
  });

  it('are different for different mailboxes, also on disks that do not tell capitals', () => {
    expect(pathsOf('Work', 'work', 'a:b', 'a?b', 'Work.mbox/x')).toEqual([
      ...['Work', 'work (2)', 'a_b', 'a_b (2)', 'Work_mbox/x'],
    ]);
  });
});

/** What people, clients and other computers may call something. */
const nasty = ['nul', 'CON', 'aux .x', 'NUL.txt', 'COM¹', 'lpt9.eml', 'CONIN$', 'a:b', 'x.', 'x ', 'a?b', 'a\u0001b'];

describe('names that somebody gave, on Windows', () => {
  it.each<[string, (name: string) => readonly string[]]>([
    ['a mailbox that is exported', (name) => pathsOf(name)[0]!.split('/')],
    ['a mailbox that is fetched', (mailbox) => [downloadName('karen', { mailbox, format: 'mbox' })]],
    ['all mail of a user that is fetched', (user) => [downloadName(user, { mailbox: undefined, format: 'eml' })]],
    ['a file that is sent', (name) => safeNames(`mail/${name}/${name}`, 'win32')],
  ])('become names of files that other programs can open and remove: %s', (_of, made) => {
    for (const name of [...nasty, 'a\\..\\b', '...', '..\\..\\etc']) {
      for (const part of made(name)) expect([part, isUnfitForWindows(part)]).toEqual([part, false]);
    }
  });

  it('are refused with words where a person typed them, before anything is made', async () => {
    const tried = await tryAdmin();
    const mailroom = await CommandLine.make();
    onTestFinished(() => Promise.all([tried.close(), mailroom.remove()]).then(() => undefined));
    await tried.admin.call('users.add', { name: 'karen', password: 'a good secret' });
    const { 'mail.export': toExport } = mailCalls(tried.backstage.dependencies, {} as Jobs, 'win32');
    for (const name of nasty) {
      const words = `this name: ${name}. Name another`;
      const path = mailroom.path(name);
      const work = { user: 'karen', mailbox: 'nowhere', format: 'mbox', path } as const;
      await expect((async () => toExport(work, 'here'))()).rejects.toThrow(words);
      const folder = `C:\\mail\\${name}`;
      expect(() => needFitDataFolder(folder, { platform: 'win32', realPath: () => 'C:\\' })).toThrow(words);
      const printed = { out: '', err: '' };
      const surroundings = { ...mailroom.surroundings('', printed), platform: 'win32' } as const;
      expect(await runCommandLine(['certificate', 'authority', 'save', `.\\${name}`], surroundings)).toBe(1);
      expect(printed.err).toContain(words.replace('\u0001', '\uFFFD')); // no terminal obeys it
    }
  });
});
