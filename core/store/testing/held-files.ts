import { patience } from '../../base/patiently.ts';
import type { FileLayer } from '../files/file-layer.ts';
import { patientLayer } from '../files/patient-layer.ts';
import { systemFiles } from '../files/system-files.ts';

const CODES = ['EBUSY', 'EPERM', 'EACCES'];

/** For tests: a disk on which another program has every file open at every call, until it was tried `times` times. */
export function heldFiles(times: number): FileLayer {
  const refused = new Map<string, number>();
  const refusing = <T>(call: string, path: string, work: () => Promise<T>): Promise<T> => {
    const key = `${call} ${path}`;
    const count = refused.get(key) ?? 0;
    refused.set(key, count + 1);
    if (count % (times + 1) === times) return work();
    const code = CODES[count % CODES.length]!;
    return Promise.reject(Object.assign(new Error(`${code}: ${key}`), { code }));
  };
  const held: FileLayer = {
    ...systemFiles,
    open: (path, mode) => refusing('open', path, () => systemFiles.open(path, mode)),
    list: (path) => refusing('list', path, () => systemFiles.list(path)),
    rename: (from, to) => refusing('rename', to, () => systemFiles.rename(from, to)),
    remove: (path) => refusing('remove', path, () => systemFiles.remove(path)),
  };
  return patientLayer(held, { ...patience, platform: 'win32', pause: async () => undefined });
}
