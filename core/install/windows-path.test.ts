import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { changePath, PATH_KEYS, pathOf, registryText, withFolder, withoutFolder } from './windows-path.ts';

const OURS = 'C:\\Program Files\\Mailroom\\resources\\command\\bin';
const folder = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replace(/[;\0\r\n\uD800-\uDFFF]/g, '_'));
const value = fc.record({
  folders: fc.array(folder, { maxLength: 20 }).map((all) => all.join(';')),
  expands: fc.boolean(),
});

describe('the PATH of a computer', () => {
  it('comes out of a .reg file as it went in: a letter lost would lose somebody a program', () => {
    fc.assert(
      fc.property(value, (path) => {
        expect(pathOf(registryText(PATH_KEYS.user, path))).toEqual(path);
      }),
    );
  });

  it('is found in what Windows writes: over several lines, among other values, quoted or in octets', () => {
    const lines = [
      'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Environment]\r\n"TEMP"="C:\\\\T"\r\n',
      '"Path"=hex(2):43,00,3a,00,\\\r\n  5c,00,fc,00,00,00\r\n"Pathology"="x"\r\n',
    ];
    expect(pathOf(lines.join(''))).toEqual({ folders: 'C:\\ü', expands: true });
    expect(pathOf('"PATH"="C:\\\\a \\"b\\";D:"\r\n')).toEqual({ folders: 'C:\\a "b";D:', expands: false });
    expect(pathOf(lines[0]!)).toBeUndefined();
    expect(() => pathOf('"Path"=dword:00000001\r\n')).toThrow(/unknown type/);
  });

  it('has our folder once, and when that is taken out all others as they were', () => {
    fc.assert(
      fc.property(value, (path) => {
        const added = withFolder(path, OURS);
        expect(withFolder(added, `${OURS.toUpperCase()}\\`)).toEqual(added);
        expect(withoutFolder(added, OURS)).toEqual({ ...path, folders: path.folders.replace(/;$/, '') });
      }),
    );
  });
});

// There is no registry elsewhere.
describe.runIf(process.platform === 'win32')('the registry', () => {
  const key = 'HKEY_CURRENT_USER\\Software\\Mailroom test\\Environment';
  const reg = (...args: string[]) => execFileSync('reg', args, { windowsHide: true });
  afterEach(() => reg('delete', 'HKEY_CURRENT_USER\\Software\\Mailroom test', '/f'));

  it('keeps letters, variables and type of a PATH that the installer adds to', async () => {
    reg('add', key, '/v', 'Path', '/t', 'REG_EXPAND_SZ', '/d', '%SystemRoot%;C:\\Jürgen', '/f');
    await changePath('add', OURS, key);
    await changePath('add', OURS, key);
    expect(reg('query', key, '/v', 'Path').toString('latin1')).toMatch(
      /REG_EXPAND_SZ\s+%SystemRoot%;C:\\J.rgen;C:.*bin\s*$/,
    );
    await changePath('remove', OURS, key);
    expect(reg('query', key, '/v', 'Path').toString('latin1')).toMatch(/REG_EXPAND_SZ\s+%SystemRoot%;C:\\J.rgen\s*$/);
  });
});
