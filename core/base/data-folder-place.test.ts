import { describe, expect, it } from 'vitest';
import { needFitDataFolder } from './data-folder-place.ts';

/** A PC with a mapped letter, on which only `C:\` and `Z:\` are there. */
const realPath = (path: string) => {
  if (path.startsWith('Z:')) return '\\\\nas\\office';
  if (path === '.' || path === '/') return 'C:\\';
  throw new Error('ENOENT');
};
const refusal = (folder: string, platform: NodeJS.Platform = 'win32') => {
  try {
    needFitDataFolder(folder, { platform, realPath });
    return undefined;
  } catch (failure) {
    return (failure as Error).message;
  }
};

describe('a data folder on Windows', () => {
  it.each([
    '\\\\nas\\office\\mail',
    '//nas/office/mail',
    '\\\\?\\UNC\\nas\\office',
    '\\\\?\\unc\\nas\\office',
    'Z:\\mail',
  ])('%s is refused: on a network drive mail would be lost', (folder) => {
    expect(refusal(folder)).toMatch(/network drive.* --data or MAILROOM_DATA$/);
    expect(refusal(folder, 'linux')).toBeUndefined();
  });

  it('leaves room for the names of its files: SQLite takes no longer paths', () => {
    const folder = (length: number) => `C:\\${'x'.repeat(length - 3)}`;
    expect(refusal(folder(200))).toBeUndefined();
    expect(refusal(folder(201))).toMatch(/has 201 characters .* --data or MAILROOM_DATA$/);
    expect(refusal(folder(201), 'darwin')).toBeUndefined();
  });

  it.each(['C:\\Mailroom', 'D:\\', '\\\\?\\C:\\mail', '\\\\.\\C:\\mail', 'C:\\Users\\Jürgen Groß\\AppData'])(
    '%s is fit',
    (folder) => {
      expect(refusal(folder)).toBeUndefined();
    },
  );
});
