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
  /** The same by the place of the call, from 0. */
  breaksAt: number | undefined;
  ignoresAt: number | undefined;
  /** Taking inheritance off takes every entry off. */
  forgets = false;
  user = `"büro\\anna","${ANNA}"\r\n`;
  /** What a person has given everybody at the folder itself. */
  given = '';
  readonly #inherited: string;
  readonly #granted = new Map<string, Map<string, string>>();
  readonly #closed = new Set<string>();

  constructor(inherited = ROOT) {
    this.#inherited = inherited;
  }

  readonly run = async (program: string, [path = '', option = '', ...more]: readonly string[]): Promise<string> => {
    const place = this.asked.push(`${program} ${option}`) - 1;
    if (option === this.broken || program === this.broken || place === this.breaksAt)
      throw new Error('Access is denied.\r\nSuccessfully processed 0 files');
    if (option === this.ignored || place === this.ignoresAt) return '';
    if (program === 'whoami') return this.user;
    if (option === '/remove:g') this.given = '';
    if (option === '/inheritance:r' && this.forgets) this.#granted.clear();
    if (option === '/grant:r') for (const grant of more) this.#grant(path, grant);
    if (option === '/inheritance:r') this.#closed.add(path);
    if (option === '/inheritance:e') this.#closed.delete(path);
    if (option === '/save') await writeFile(more[0]!, `${path}\r\n${this.descriptor(path)}\r\n`, 'utf16le');
    return '';
  };

  descriptor(path: string): string {
    const own = [...(this.#granted.get(path) ?? [])].map(([sid, rights]) => `(A;${rights};FA;;;${sid})`);
    return `D:AI${this.given}${own.join('')}${this.#closed.has(path) ? '' : this.#inherited}`;
  }

  /** Whether Anna may do everything, who has it from above at first. */
  letsIn(path: string): boolean {
    return !this.#closed.has(path) || this.#granted.get(path)?.get(ANNA) !== undefined;
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
    ['with a condition', `D:(XA;;FX;;;SY;(@User.Title=="a) (b" && (Member_of {SID(BA)})))(A;;FR;;;WD)`, 'read'],
    ['that lets users in on a condition', `D:${EXPLORER}(XA;;FA;;;BU;(@User.Title=="a"))`, 'change'],
    ['of Users\\Public', `D:AI${EXPLORER}(A;OICIIOID;SDRC;;;IU)(A;ID;0x1201ff;;;IU)`, 'change'],
    ['that lets programs of the store in', `D:P${EXPLORER}(A;OICI;FA;;;AC)(A;OICI;FA;;;S-1-15-3-1024-1)`, undefined],
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

describe('an access list of Windows that is cut off', () => {
  it('is none: what is missing may let everybody in', () => {
    const whole = `D:AI${ROOT}`;
    for (let end = 5; end < whole.length; end++) {
      if (whole[end - 1] !== ')') expect(readAccessList(whole.slice(0, end))).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => void readAccessList(`D:${text}`)));
  });
});

describe('a data folder on Windows, outside a person’s own folder', () => {
  const on = (lists: Lists) => ({ platform: 'win32', home, run: lists.run }) as const;

  it('is its user’s, the system’s and the administrators’ alone when it is new', async () => {
    const lists = new Lists();
    lists.given = '(A;OICI;FR;;;WD)';
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

  it('is left to others where more is in it than ours, or as a whole drive', async () => {
    await mkdir(data);
    await writeFile(join(data, 'holiday.jpg'), '');
    const lists = new Lists();
    await makeDataFolder(data, on(lists));
    expect(lists.descriptor(data)).toContain(ROOT);
    expect(await openToOthers('/', on(lists))).toMatch(/Use a folder of its own/);
  });

  it('has its key’s folder closed before there is a key', async () => {
    await mkdir(data);
    await writeFile(join(data, 'settings.json'), '{}');
    const lists = new Lists();
    await makeDataFolder(data, on(lists));
    for (const name of ['run', 'tls']) expect(lists.descriptor(join(data, name))).not.toContain(ROOT);
  });

  it('that is closed costs a start one program of Windows', async () => {
    await mkdir(data);
    await writeFile(join(data, 'settings.json'), '{}');
    const lists = new Lists(`${EXPLORER}(A;OICIID;FA;;;${ANNA})`);
    await makeDataFolder(data, on(lists));
    expect(lists.asked).toEqual(['icacls /save']);
  });

  it('that everybody was let into is closed by the command that is told', async () => {
    await mkdir(data);
    await writeFile(join(data, 'settings.json'), '{}');
    const lists = new Lists();
    lists.given = '(A;OICI;FR;;;WD)';
    const [, command = ''] = /Run: icacls (.*)/.exec((await openToOthers(data, on(lists)))!) ?? [];
    const [path = '', ...words] = (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
    const options = words.flatMap((word, at) => (word.startsWith('/') ? [at] : []));
    for (const [place, at] of options.entries())
      await lists.run('icacls', [path, ...words.slice(at, options[place + 1])]);
    expect(await openToOthers(data, on(lists))).toBeUndefined();
  });

  it('shuts its own user out never, whichever call does nothing and whichever fails after it', async () => {
    await mkdir(data);
    for (let calls = 0; calls < 100; calls++) {
      const lists = new Lists();
      lists.given = '(A;OICI;FR;;;WD)';
      [lists.ignoresAt, lists.breaksAt] = [Math.floor(calls / 10), calls % 10];
      await closeToOthers(data, lists.run).catch(() => undefined);
      expect([calls, lists.letsIn(data)]).toEqual([calls, true]);
    }
    const lists = new Lists();
    lists.forgets = true;
    await expect(closeToOthers(data, lists.run)).rejects.toThrow(/may change/);
    expect(lists.letsIn(data)).toBe(true);
  });

  it.each([`"PC\\S-1-5-32-545","${ANNA}"\r\n`, `\r\nUSER INFORMATION\r\n---\r\n\r\nPC\\root ${ANNA}\r\n`])(
    'knows its user by the SID, whatever they are called: %j',
    async (user) => {
      const lists = new Lists();
      lists.user = user;
      await makeDataFolder(data, on(lists));
      expect(lists.descriptor(data)).toContain(ANNA);
      expect(lists.descriptor(data)).not.toContain('545');
    },
  );

  it('does not keep the server from starting where Windows does not say who runs it', async () => {
    const lists = new Lists();
    lists.broken = 'whoami';
    await makeDataFolder(data, on(lists));
    expect(await openToOthers(data, on(lists))).toMatch(/page Security/);
  });

  it.each([
    ['Karen’s mail (1) & more', '"', ''],
    ["Karen's mail", '"', ''],
    ["100% $mail's", "'", ' in PowerShell'],
    ['“a” ’b`', "'", ' in PowerShell'],
  ])('has its path in the command as the shells take it: %s', async (name, quote, where) => {
    const path = join(folder, name);
    await mkdir(path);
    const written = quote === '"' ? path : path.replace(/['’]/g, '$&$&');
    expect(await openToOthers(path, on(new Lists()))).toContain(
      `Run${where}: icacls ${quote}${written}${quote} /grant:r "`,
    );
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
    await expect(closeToOthers(data, lists.run)).rejects.toThrow(/did not give them.*icacls/);
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
