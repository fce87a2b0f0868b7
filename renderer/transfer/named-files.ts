import { TAR_END, tarHeaderOf, tarPadding } from '../../core/base/tar-header.ts';

/** A file that a person chose, and how it is called below what they chose. */
export interface NamedFile {
  /** With `/` between its names. */
  readonly path: string;
  readonly file: File;
}

/** What was chosen in a file dialog, files or one folder with all that is in it. */
export function filesOf(list: FileList | null): readonly NamedFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** What was dropped: files, and folders with all that is in them. Rejects when one cannot be read. */
export async function droppedFiles(dropped: DataTransfer | null): Promise<readonly NamedFile[]> {
  // All of them at once: what was dropped is gone after the first await.
  const entries = [...(dropped?.items ?? [])].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found: NamedFile[] = [];
  for (const entry of entries) await addFiles(entry, entry.name, found);
  return found;
}

async function addFiles(entry: FileSystemEntry, path: string, found: NamedFile[]): Promise<void> {
  if (isFile(entry)) {
    found.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A folder is read in pieces; an empty one is the end.
  for (let inside = await entriesOf(reader); inside.length > 0; inside = await entriesOf(reader)) {
    for (const one of inside) await addFiles(one, `${path}/${one.name}`, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

/**
 * The files as one archive. Nothing is read yet: a browser reads them when it sends them. An archive alone, such as one
 * that was exported, stays as it is.
 */
export function packed(files: readonly NamedFile[]): Blob {
  const [only] = files;
  if (files.length === 1 && only !== undefined && /\.tar$/i.test(only.file.name)) return only.file;
  const parts = files.flatMap(({ path, file }) => [
    tarHeaderOf({ path, size: file.size, modified: file.lastModified }),
    file,
    new Uint8Array(tarPadding(file.size)),
  ]);
  return new Blob([...parts, new Uint8Array(TAR_END)] as BlobPart[]);
}

/** Of all of them together. */
export function octetsOf(files: readonly NamedFile[]): number {
  return files.reduce((octets, { file }) => octets + file.size, 0);
}
