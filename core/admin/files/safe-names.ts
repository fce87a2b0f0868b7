import { fileNameOf } from '../../base/device-names.ts';
import { uploadLimits } from '../../base/limits.ts';
import { AdminFailure } from '../failure.ts';

/**
 * The names of a path from elsewhere, from the top down, none of which leads out of a folder or to a device.
 * @throws AdminFailure invalid
 */
export function safeNames(path: string, platform: NodeJS.Platform): readonly string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length === 0 || names.includes('..')) throw unusable(path, 'it leads out of the folder it is in');
  if (path.includes('\0')) throw unusable(path, 'it has a NUL in it');
  if (names.length > uploadLimits.levels) throw unusable(path, 'it is too deep');
  return platform === 'win32' ? names.map(windowsName) : names;
}

/** A colon separates a Maildir's flags there as `;`. */
function windowsName(name: string): string {
  return fileNameOf(name.replaceAll(':', ';'));
}

function unusable(path: string, why: string): AdminFailure {
  return new AdminFailure(
    'invalid',
    `A file cannot be called ${path.slice(0, 200).replaceAll('\0', '?')}: ${why}`,
    'source',
  );
}
