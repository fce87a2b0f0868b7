import { join } from 'node:path';

/** `000001.seg` … : the files that hold the messages of an account, in the folder `segments`. */
export const SEGMENTS_FOLDER = 'segments';
const NAME = /^(\d{6,})\.seg$/;

export function segmentPath(accountFolder: string, number: number): string {
  return join(accountFolder, SEGMENTS_FOLDER, `${String(number).padStart(6, '0')}.seg`);
}

/** The numbers of the segment files among these names, ascending. */
export function segmentNumbers(fileNames: readonly string[]): number[] {
  return fileNames
    .map((name) => Number(NAME.exec(name)?.[1] ?? 0))
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
}
