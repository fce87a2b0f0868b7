import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const SYSTEM = '*S-1-5-18';
const ADMINISTRATORS = '*S-1-5-32-544';
const LETTERS: Readonly<Record<string, string>> = { 'S-1-5-18': 'SY', 'S-1-5-19': 'LS', 'S-1-5-20': 'NS' };

/**
 * Makes a file or folder its user's, the system's and the administrators' alone. By SIDs, since names are translated. What
 * these three may do is granted before anything is taken from anybody, and given back should they be shut out.
 * @throws UserError when it is open all the same, with the command that closes it
 */
export async function closeToOthers(path: string, run: RunOfWindows = runOfWindows): Promise<void> {
  const sid = await ownSid(run);
  try {
    await run('icacls', [path, '/grant:r', ...(await grants(path, sid))]);
    await run('icacls', [path, '/inheritance:r']);
  } catch (failure) {
    throw notClosed(path, await closingCommand(path, sid), failure);
  }
  const list = await readAccess(path, run);
  const isOwn = list !== undefined && hasAll(list, sid);
  if (isOwn && list.others === undefined) return;
  if (list !== undefined && !isOwn) await run('icacls', [path, '/inheritance:e']).catch(() => ''); // it is told below
  throw notClosed(path, await closingCommand(path, sid));
}

/** In descriptors some SIDs are letters. */
function hasAll({ full }: AccessList, sid: string): boolean {
  return full.has(sid) || full.has(LETTERS[sid] ?? '') || (/^S-1-5-21-.*-500$/.test(sid) && full.has('LA'));
}

/** Who may do what with a file or folder. Undefined: Windows did not say. */
export async function readAccess(path: string, run: RunOfWindows = runOfWindows): Promise<AccessList | undefined> {
  const scratch = await mkdtemp(join(tmpdir(), 'mailroom-access-'));
  try {
    const saved = join(scratch, 'saved');
    await run('icacls', [path, '/save', saved]);
    return readAccessList((await readFile(saved, 'utf16le')).replace('\uFEFF', ''));
  } catch {
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What a person types in cmd or in PowerShell, which wants the quotes, to close a file or folder to others. */
export async function commandToClose(path: string, run: RunOfWindows = runOfWindows): Promise<string> {
  return closingCommand(path, await ownSid(run));
}

async function closingCommand(path: string, sid: string): Promise<string> {
  const quoted = (await grants(path, sid)).map((grant) => `"${grant}"`).join(' ');
  return `icacls "${path}" /grant:r ${quoted} /inheritance:r`;
}

/** Full rights, which a folder hands down to what is made in it. */
async function grants(path: string, sid: string): Promise<readonly string[]> {
  const right = (await stat(path)).isDirectory() ? '(OI)(CI)F' : 'F';
  return [`*${sid}`, SYSTEM, ADMINISTRATORS].map((trustee) => `${trustee}:${right}`);
}

/** The SID of who runs this. @throws UserError when Windows does not say */
async function ownSid(run: RunOfWindows): Promise<string> {
  const [sid] = /S-1-[\d-]+/.exec(await run('whoami', ['/user', '/fo', 'csv', '/nh']).catch(() => '')) ?? [];
  if (sid === undefined) throw new UserError('Windows does not say who runs this program (whoami /user)');
  return sid;
}

function notClosed(path: string, command: string, failure?: unknown): UserError {
  const why = failure instanceof Error ? ` (${failure.message.split('\n')[0]})` : '';
  return new UserError(`${path} could not be closed to other users of this computer${why}. Run: ${command}`);
}
