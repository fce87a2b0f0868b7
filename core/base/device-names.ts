import { win32 } from 'node:path';

const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])( *\.|$)/i;

/** What Windows takes for something else than a part of a file's name: separators, wildcards, streams, control characters. */
const unfit = /[<>:"/\\|?*\u0000-\u001f]/;

/** True for what Windows takes for a device, in every folder and with any ending: a file of this name cannot be made. */
export function isDeviceName(name: string): boolean {
  return devices.test(name);
}

/**
 * True when Windows cannot have a file or folder of this name. Node.js makes some of them all the same, and nothing else can
 * open or remove them.
 */
export function isUnfitForWindows(name: string): boolean {
  return unfit.test(name) || /[. ]$/.test(name) || isDeviceName(name);
}

/** The first name in a whole path that Windows cannot have; undefined when there is none. */
export function unfitNameIn(path: string): string | undefined {
  const below = path.slice(win32.parse(path).root.length);
  return below.split(/[\\/]/).find((name) => name !== '.' && name !== '..' && isUnfitForWindows(name));
}
