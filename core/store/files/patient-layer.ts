import { chmod } from 'node:fs/promises';
import { type Patience, patience, patiently } from '../../base/patiently.ts';
import type { FileLayer } from './file-layer.ts';

/** The same files, waiting for another program that has one of them open. */
export function patientLayer(files: FileLayer, given: Patience = patience): FileLayer {
  /** Files from a CD or some backups have the read-only attribute, which Windows lets nobody write. */
  const writable = (path: string): Patience => ({ ...given, remedy: () => chmod(path, 0o666).catch(() => undefined) });
  return {
    open: (path, mode) => patiently(path, () => files.open(path, mode), mode === 'read' ? given : writable(path)),
    makeFolder: (path) => files.makeFolder(path),
    flushFolder: (path) => files.flushFolder(path),
    list: (path) => patiently(path, () => files.list(path), given),
    rename: (from, to) => patiently(to, () => files.rename(from, to), given),
    remove: (path) => patiently(path, () => files.remove(path), given),
    untilFree: (paths) => files.untilFree(paths),
  };
}
