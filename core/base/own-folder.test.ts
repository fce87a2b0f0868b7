import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAccessList } from './access-list.ts';
import { openToOthers } from './open-to-others.ts';
import { makeDataFolder, needsClosing } from './own-folder.ts';
import { closeToOthers } from './windows-access.ts';

const ANNA = 'S-1-5-21-1-2-3-1001';
const EXPLORER = '(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)';
/** What a new folder in a drive's root inherits. */
const ROOT = `${EXPLORER}(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)(A;OICIID;0x1200a9;;;BU)`;

/** Windows' programs for access control, on lists in memory. */
class Lists {
  readonly asked: string[] = [];
  /** What fails, or is taken and not done. */
  broken: string | undefined;
  ignored: string | undefined;
  readonly #inherited: string;
  readonly #granted = new Map<string, Map<string, string>>();
  readonly #closed = new Set<string>();

  constructor(inherited = ROOT) {
    this.#inherited = inherited;
  }

  readonly run = async (program: string, [path = '', option = '', ...more]: readonly string[]): Promise<string> => {
    this.asked.push(`${program} ${option}`);
    if (program === 'whoami') return `"büro\\anna","${ANNA}"\r\n`;
    if (option === this.broken) throw new Error('Access is denied.\r\nSuccessfully processed 0 files');
    if (option === this.ignored) return '';
    if (option === '/grant:r') for (const grant of more) this.#grant(path, grant);
    if (option === '/inheritance:r') this.#closed.add(path);
    if (option === '/inheritance:e') this.#closed.delete(path);
    if (option === '/save') await writeFile(more[0]!, `${path}\r\n${this.descriptor(path)}\r\n`, 'utf16le');
    return '';
  };

  descriptor(path: string): string {
    const own = [...(this.#granted.get(path) ?? [])].map(([sid, rights]) => `(A;${rights};FA;;;${sid})`);
    return `D:AI${own.join('')}${this.#closed.has(path) ? '' : this.#inherited}`;
  }

  #grant(path: string, grant: string): void {
    const [, sid = '', folder] = /^\*(S-[\d-]+):(\(OI\)\(CI\))?F$/.exec(grant) ?? [];
    const granted = this.#granted.get(path) ?? new Map();
    this.#granted.set(path, granted.set(sid, folder === undefined ? '' : 'OICI'));
  }
}

const home = 'C:\\Users\\anna';
let folder: string;
let data: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-own-'));
  data = join(folder, 'mail');
});
afterEach(() => rm(folder, { recursive: true }));

describe('an access list of Windows', () => {
  it.each([
    ['of a person’s own folder', `D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;${ANNA})`, undefined],
    ['of a folder in a drive’s root', `D:AI${ROOT}`, 'change'],
    ['of ProgramData', `D:AI${EXPLORER}(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)`, 'change'],
    ['that lets users read', `D:${EXPLORER}(A;OICI;FR;;;BU)`, 'read'],
    ['that lets the domain’s users read', `O:BAG:DUD:${EXPLORER}(A;;GR;;;S-1-5-21-9-8-7-513)`, 'read'],
    ['that names somebody', `D:${EXPLORER}(A;OICI;FA;;;S-1-5-21-1-2-3-1002)`, undefined],
    ['that lets users pass through', `D:${EXPLORER}(A;;0x100020;;;WD)`, undefined],
    ['that keeps users out', `D:(D;;FA;;;WD)${EXPLORER}`, undefined],
    ['of a file system without rights', 'D:NO_ACCESS_CONTROL', 'change'],
  ] as const)('%s tells what others may do', (_of, descriptor, others) => {
    expect(readAccessList(`mail\r\n${descriptor}\r\n`)?.others).toBe(others);
  });

  it('is never called closed when it has a line for everybody, whatever other lines there are', () => {
    const entry = fc
      .tuple(fc.constantFrom('A', 'D', 'AU'), fc.constantFrom('FA', '0x1200a9', 'CCDC'), fc.constantFrom('SY', ANNA))
      .map(([type, rights, sid]) => `(${type};;${rights};;;${sid})`);
    const everybody = fc
      .tuple(fc.constantFrom('WD', 'AU', 'BU', 'S-1-5-11'), fc.constantFrom('FR', 'FA', 'GR', '0x1', 'CC', 'XX'))
      .map(([sid, rights]) => `(A;OICI;${rights};;;${sid})`);
    const around = fc.array(entry).map((all) => all.join(''));
    fc.assert(
      fc.property(around, everybody, around, (before, open, after) => {
        expect(readAccessList(`D:${before}${after}`)?.others).toBeUndefined();
        expect(readAccessList(`D:${before}${open}${after}`)?.others).toBeDefined();
      }),
    );
  });
});

describe('a data folder on Windows, outside a person’s own folder', () => {
  const on = (lists: Lists) => ({ platform: 'win32', home, run: lists.run }) as const;

  it('is its user’s, the system’s and the administrators’ alone when it is new', async () => {
    const lists = new Lists();
    await makeDataFolder(data, on(lists));
    expect(existsSync(join(data, 'run'))).toBe(true);
    expect(lists.descriptor(data)).toBe(`D:AI(A;OICI;FA;;;${ANNA})(A;OICI;FA;;;S-1-5-18)(A;OICI;FA;;;S-1-5-32-544)`);
    expect(await openToOthers(data, on(lists))).toBeUndefined();
  });

  it('that others may enter is told with the command that closes it; of it only token and key are closed', async () => {
    for (const name of ['run', 'tls']) await mkdir(join(data, name), { recursive: true });
    const lists = new Lists();
    await makeDataFolder(data, on(lists));
    const told = await openToOthers(data, on(lists));
    expect(told).toMatch(/may read and change the data folder/);
    expect(told).toContain(
      `Run: icacls "${data}" /grant:r "*${ANNA}:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" /inheritance:r`,
    );
    for (const name of ['run', 'tls']) expect(await openToOthers(join(data, name), on(lists))).toBeUndefined();
  });

  it.each(['/grant:r', '/inheritance:r', '/save'])(
    'shuts nobody out, and tells, where icacls %s fails',
    async (option) => {
      const lists = new Lists();
      lists.broken = option;
      await makeDataFolder(data, on(lists)); // a server that does not start would be worse
      if (option !== '/save') expect(lists.descriptor(data)).toContain(ROOT);
      expect(await openToOthers(data, on(lists))).toMatch(/icacls|properties/);
    },
  );

  it('shuts its own user out never, also where Windows takes the grant and does nothing', async () => {
    const lists = new Lists();
    lists.ignored = '/grant:r';
    await mkdir(data);
    await expect(closeToOthers(data, lists.run)).rejects.toThrow(/could not be closed.*icacls/);
    expect(lists.descriptor(data)).toContain(ROOT);
  });

  it('on a disk without rights is told as such', async () => {
    const without = { ...on(new Lists()), run: new Lists().run };
    without.run = async (program, args) => {
      if (args[1] === '/save') await writeFile(args[2]!, 'mail\r\nD:NO_ACCESS_CONTROL\r\n', 'utf16le');
      return program === 'whoami' ? ANNA : '';
    };
    expect(await openToOthers(folder, without)).toMatch(/knows no rights.*NTFS/);
  });

  it('is one on another disk, beside a person’s folder or in another’s, and none below their own', () => {
    const place = { platform: 'win32', home: '/home/anna', run: async () => '' } as const;
    for (const path of ['/home/annabel/mail', '/home/mail', '/mail']) expect(needsClosing(path, place)).toBe(true);
    for (const path of ['/home/anna/AppData/Local/Mailroom', '/HOME/Anna/mail'])
      expect(needsClosing(path, place)).toBe(false);
  });
});
