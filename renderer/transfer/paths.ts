/** The paths of a text, one a line. Windows copies a path with quotation marks around it. */
export function pathsIn(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim().replace(/^"(.+)"$/, '$1'));
  return [...new Set(lines.filter((line) => line !== ''))];
}

/** A name that every system takes for a file: what one of them forbids becomes a hyphen. */
export function fileName(text: string): string {
  return text.replaceAll(/[\\/:*?"<>|\x00-\x1f]+/g, '-').replace(/[. ]+$/, '') || '-';
}

/** The path with another name at its end, if it ends with the one that was suggested before. */
export function renamedAtEnd(path: string, before: string, now: string): string {
  const folder = path.slice(0, -before.length);
  return path.endsWith(before) && /[\\/]$/.test(folder) ? folder + now : path;
}
