import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import { promisify } from 'node:util';
import { type AccessList, readAccessList } from './access-list.ts';
import { UserError } from './errors.ts';
import { dataFolderLimits } from './limits.ts';

/** Runs a program of Windows' own by its name, and gives what it prints. Rejects when it ends with another code than 0. */
export type RunOfWindows = (program: string, args: readonly string[]) => Promise<string>;

/** By its full path: what lies in the PATH before it, or in the current folder, may be anybody's. */
export const runOfWindows: RunOfWindows = async (program, args) => {
  const path = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', `${program}.exe`);
  const options = { windowsHide: true, timeout: dataFolderLimits.windowsProgram };
  return (await promisify(execFile)(path, args, options)).stdout;
};

const SYSTEM = 'S-1-5-18';
const ADMINISTRATORS = 'S-1-5-32-544';

/**
 * Makes a file or folder its user's, the system's and the administrators' alone; nothing is changed where nobody else has
 * rights. By SIDs, since names are translated. Inheritance is taken off after this user was seen to have all rights without
 * it, and put back should they have lost them, so they are never shut out.
 * @param path of the caller's own making
 * @throws UserError when others may open it all the same, with the remedy
 */
export async function closeToOthers(path: string, run: RunOfWindows = runOfWindows): Promise<void> {
  const before = await readAccess(path, run);
  if (before?.others === undefined || before.isMissing) return needClosed(path, run, before);
  const why = await tryToClose(path, before, run).catch((failure: unknown) => reasonOf(failure));
  await needClosed(path, run, await readAccess(path, run), why);
}

/** @returns why it was given up */
async function tryToClose(path: string, before: AccessList, run: RunOfWindows): Promise<string | undefined> {
  const sid = await ownSid(run);
  const icacls = (...args: string[]) => run('icacls', [withoutPrefix(path), ...args]);
  const isOwn = async () => hasAll(await readAccess(path, run), sid);
  await icacls('/setowner', `*${sid}`); // who owns it may always change who may read it
  await icacls('/grant:r', ...(await grants(path, sid)));
  if (before.kept.length > 0) await icacls('/remove:g', ...before.kept.map((group) => `*${sidOf(group, sid)}`));
  if (!(await isOwn())) return 'Windows took the rights and did not give them';
  await icacls('/inheritance:r');
  if (!(await isOwn())) await icacls('/inheritance:e');
  return undefined;
}

/**
 * @param list what `readAccess` tells of the path
 * @param why it could not be closed
 * @throws UserError when others may open a file or folder, or nobody knows whether they may
 */
export async function needClosed(
  path: string,
  run: RunOfWindows = runOfWindows,
  list?: AccessList,
  why?: string,
): Promise<void> {
  const told = list ?? (await readAccess(path, run));
  if (told === undefined)
    throw new UserError(`Windows does not say who may read ${path}: look at its properties, page Security`);
  if (told.isMissing) {
    throw new UserError(
      `The file system of ${path} knows no rights of users, as FAT and exFAT: everybody who has the disk may read it`,
    );
  }
  if (told.others === undefined) return;
  const reason = why === undefined ? '' : ` (${why})`;
  throw new UserError(
    `Other users of this computer may ${told.others} ${path}${reason}. ${await remedy(path, told, run)}`,
  );
}

function reasonOf(failure: unknown): string {
  return (failure instanceof Error ? failure.message : String(failure)).split(/\r?\n/)[0]!;
}

function hasAll(list: AccessList | undefined, sid: string): boolean {
  // In descriptors a computer's own Administrator is letters.
  return list !== undefined && (list.full.has(sid) || (/^S-1-5-21-.*-500$/.test(sid) && list.full.has('LA')));
}

/** Who may do what with a file or folder. Undefined: Windows did not say. Never rejects. */
export async function readAccess(path: string, run: RunOfWindows = runOfWindows): Promise<AccessList | undefined> {
  const scratch = await mkdtemp(join(tmpdir(), 'mailroom-access-')).catch(() => undefined);
  if (scratch === undefined) return undefined;
  try {
    const saved = join(scratch, 'saved');
    await run('icacls', [withoutPrefix(path), '/save', saved]);
    return readAccessList((await readFile(saved, 'utf16le')).replace('\uFEFF', ''));
  } catch {
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined); // antivirus has it; it is no secret
  }
}

/** What a person does to close a file or folder to others. Never rejects. @param list what `readAccess` tells of the path */
export async function remedy(path: string, list: AccessList, run: RunOfWindows = runOfWindows): Promise<string> {
  // What else is on the drive would be taken away from others, too.
  if (isDrive(path)) return `Use a folder of its own there, such as ${path}Mailroom`;
  try {
    const shell = LIVELY.test(path) ? ' in PowerShell' : '';
    return `Run${shell}: ${await closingCommand(path, list, await ownSid(run))}`;
  } catch {
    return 'In its properties, page Security, leave rights to yourself, SYSTEM and Administrators alone';
  }
}

/** Whether a path is the root of a drive. */
export function isDrive(path: string): boolean {
  return win32.parse(path).root === path;
}

async function closingCommand(path: string, list: AccessList, sid: string): Promise<string> {
  const groups = list.kept.map((group) => quoted(`*${sidOf(group, sid)}`));
  const steps = [
    '/grant:r',
    ...(await grants(path, sid)).map(quoted),
    ...(groups.length > 0 ? ['/remove:g', ...groups] : []),
  ];
  return ['icacls', quoted(withoutPrefix(path)), ...steps, '/inheritance:r'].join(' ');
}

/** What cmd and PowerShell would look into between double quotes; PowerShell takes typographic ones as its own. */
const LIVELY = /[$`%\u201c-\u201e]/;

/** One argument, the same for both shells where there is a way, else for PowerShell alone. Windows has no `"` in names. */
function quoted(text: string): string {
  return LIVELY.test(text) ? `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'` : `"${text}"`;
}

/** Full rights, which a folder hands down to what is made in it. */
async function grants(path: string, sid: string): Promise<readonly string[]> {
  const right = (await stat(path)).isDirectory() ? '(OI)(CI)F' : 'F';
  return [...new Set([sid, SYSTEM, ADMINISTRATORS])].map((trustee) => `*${trustee}:${right}`);
}

const OF_A_DOMAIN: Readonly<Record<string, string>> = { LG: '501', DU: '513', DG: '514', DC: '515' };

/** A group that is written in letters is one of its user's own domain. */
function sidOf(group: string, sid: string): string {
  const number = OF_A_DOMAIN[group];
  return number === undefined ? group : sid.replace(/\d+$/, number);
}

/** The SID of who runs this: it stands last, whatever they are called. @throws UserError when Windows does not say */
async function ownSid(run: RunOfWindows): Promise<string> {
  const said = await run('whoami', ['/user', '/fo', 'csv', '/nh']).catch(() => '');
  const sid = said.match(/S-1-\d+(-\d+)+/g)?.at(-1);
  if (sid === undefined) throw new UserError('Windows does not say who runs this program (whoami /user)');
  return sid;
}

/** icacls takes no path in the manner of `\\\\?\\C:\\mail`. */
function withoutPrefix(path: string): string {
  return path.replace(/^\\\\\?\\(?=[a-z]:\\)/i, '');
}
