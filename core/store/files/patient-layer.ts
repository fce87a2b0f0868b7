import { type Patience, patience, patiently, toWrite } from '../../base/patiently.ts';
import type { FileLayer } from './file-layer.ts';

/** The same files, waiting for another program that has one of them open. */
export function patientLayer(files: FileLayer, given: Patience = patience): FileLayer {
  return {
    open: (path, mode) => patiently(path, () => files.open(path, mode), mode === 'read' ? given : toWrite(path, given)),
    makeFolder: (path) => files.makeFolder(path),
    flushFolder: (path) => files.flushFolder(path),
    list: (path) => patiently(path, () => files.list(path), given),
    rename: (from, to) => patiently(to, () => files.rename(from, to), given),
    remove: (path) => patiently(path, () => files.remove(path), given),
    untilFree: (paths) => files.untilFree(paths),
  };
}
