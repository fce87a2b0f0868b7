import { win32 } from 'node:path';
import { UserError } from './errors.ts';

const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])( *\.|$)/i;

/** What Windows takes for something else than a part of a file's name: separators, wildcards, streams, control characters. */
const unfit = /[<>:"/\\|?*\u0000-\u001f]/;

/** The same and DEL, which no terminal shows: what a name of ours has on no system. */
const unfitAnywhere = /[<>:"/\\|?*\u0000-\u001f\u007f]/g;

/** True for what Windows takes for a device, in every folder and with any ending: a file of this name cannot be made. */
function isDeviceName(name: string): boolean {
  return devices.test(name);
}

/**
 * True when Windows cannot have a file or folder of this name. Node.js makes some of them all the same, and nothing else can
 * open or remove them.
 */
export function isUnfitForWindows(name: string): boolean {
  return unfit.test(name) || /[. ]$/.test(name) || isDeviceName(name);
}

/**
 * A name that a file or folder can have on every system, out of any text: what somebody calls a mailbox, a user or a file
 * they send. It has no separator in it, and is not `..`.
 */
export function fileNameOf(text: string): string {
  const name = text.replace(unfitAnywhere, '_').replace(/(^|[. ])$/, '_');
  return isDeviceName(name) ? `_${name}` : name;
}

/** The first name in a whole path that Windows cannot have; undefined when there is none. */
export function unfitNameIn(path: string): string | undefined {
  const [, device] = /^[\\/]{2}\.[\\/](?![a-z]:)(.*)$/is.exec(path) ?? [];
  if (device !== undefined) return device;
  const below = path.slice(win32.parse(path).root.length);
  return below.split(/[\\/]/).find((name) => name !== '.' && name !== '..' && isUnfitForWindows(name));
}

/** @param path as a person has typed it @throws UserError where Windows cannot have a file or folder of this name */
export function needFileNames(path: string, platform: NodeJS.Platform = process.platform): void {
  const unfit = platform === 'win32' ? unfitNameIn(path) : undefined;
  if (unfit === undefined) return;
  throw new UserError(`Windows cannot have a file or folder of this name: ${unfit}. Name another`);
}
