import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../base/errors.ts';

/** The value `Path` of a key of Windows' registry. */
export interface PathValue {
  /** Folders, with `;` between them. */
  readonly folders: string;
  /** REG_EXPAND_SZ: names of variables between `%` are filled in. Else REG_SZ. */
  readonly expands: boolean;
}

/** Where Windows keeps the folders of commands: the computer's, which needs an administrator, or this person's. */
export const PATH_KEYS = {
  machine: 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment',
  user: 'HKEY_CURRENT_USER\\Environment',
} as const;

/**
 * Adds a folder to a PATH in the registry, or takes it out. Everything else in it stays as it is, to the letter: programs
 * that other people need are found by it. So it is read and written as a file in UTF-16, since the output of `reg query`
 * is in a code page that has not every letter; and what was written is read again.
 * @param key a key with the value `Path`, as PATH_KEYS
 * @throws UserError when it cannot be read or written; then it is as it was
 */
export async function changePath(change: 'add' | 'remove', folder: string, key: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'mailroom-path-'));
  try {
    const before = await readPath(key, scratch);
    const after = change === 'add' ? withFolder(before, folder) : before && withoutFolder(before, folder);
    if (after === undefined || after.folders === before?.folders) return;
    await writePath(key, after, scratch);
    const written = await readPath(key, scratch);
    if (written?.folders === after.folders && written.expands === after.expands) return;
    if (before !== undefined) await writePath(key, before, scratch);
    throw new UserError(`The PATH in ${key} could not be changed: add ${folder} to it by hand`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @returns undefined when there is none */
async function readPath(key: string, scratch: string): Promise<PathValue | undefined> {
  const file = join(scratch, 'read.reg');
  await reg('export', key, file, '/y');
  return pathOf((await readFile(file, 'utf16le')).replace('\uFEFF', ''));
}

async function writePath(key: string, value: PathValue, scratch: string): Promise<void> {
  const file = join(scratch, 'write.reg');
  await writeFile(file, `\uFEFF${registryText(key, value)}`, 'utf16le');
  await reg('import', file);
}

async function reg(...args: string[]): Promise<void> {
  await promisify(execFile)('reg', args, { windowsHide: true }).catch(
    (failure: { stderr?: string; message: string }) => {
      throw new UserError(`Windows' registry could not be used (reg ${args[0]}): ${failure.stderr || failure.message}`);
    },
  );
}

/**
 * The value `Path` in the text of a .reg file ("Windows Registry Editor Version 5.00"): a quoted text, or the octets of
 * UTF-16 in hexadecimal, over as many lines as it takes.
 * @throws UserError when it is of another type
 */
export function pathOf(text: string): PathValue | undefined {
  const joined = text.replace(/\\\r?\n\s*/g, '');
  const [, written] = /^"path"=(.*?)\r?$/im.exec(joined) ?? [];
  if (written === undefined) return undefined;
  const [, quoted] = /^"(.*)"$/.exec(written) ?? [];
  if (quoted !== undefined) return { folders: quoted.replace(/\\(.)/g, '$1'), expands: false };
  const [, type, octets] = /^hex\(([12])\):([0-9a-f,]*)$/i.exec(written) ?? [];
  if (octets === undefined)
    throw new UserError(`The PATH in the registry is of an unknown type: ${written.slice(0, 20)}`);
  const folders = Buffer.from(octets.replaceAll(',', ''), 'hex').toString('utf16le').replace(/\0+$/, '');
  return { folders, expands: type === '2' };
}

/** A .reg file that sets the value `Path` of the key. */
export function registryText(key: string, { folders, expands }: PathValue): string {
  const octets = Buffer.from(`${folders}\0`, 'utf16le').toString('hex').match(/../g) ?? [];
  const value = `hex(${expands ? 2 : 1}):${octets.join(',')}`;
  return `Windows Registry Editor Version 5.00\r\n\r\n[${key}]\r\n"Path"=${value}\r\n`;
}

/** The same with the folder at the end, unless it has it already. */
export function withFolder(value: PathValue | undefined, folder: string): PathValue {
  if (value === undefined || value.folders === '') return { folders: folder, expands: value?.expands ?? true };
  if (value.folders.split(';').some((each) => isSame(each, folder))) return value;
  return { ...value, folders: `${value.folders.replace(/;$/, '')};${folder}` };
}

/** The same without the folder. */
export function withoutFolder(value: PathValue, folder: string): PathValue {
  const all = value.folders.split(';');
  return { ...value, folders: all.filter((each) => !isSame(each, folder)).join(';') };
}

/** Windows does not tell letters by their case; a blank, quotes and a `\` at the end mean nothing. */
function isSame(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(folder: string): string {
  return folder.trim().replaceAll('"', '').replace(/\\+$/, '').toLowerCase();
}
