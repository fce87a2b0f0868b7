import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What @electron/fuses looks for in Electron's program: the fuses lie behind it, after their version and their number. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron comes: programs run as Node.js, can be inspected, load folders … One more fuse than we set. */
const AS_SHIPPED = '101100011';

/** A folder that is to the packager what Electron's distribution for Linux is, with fuses that can really be set. */
export async function standInDistribution(folder: string): Promise<string> {
  const wire = Buffer.from([1, AS_SHIPPED.length]);
  const program = Buffer.concat([Buffer.from(`no program\0${SENTINEL}`), wire, Buffer.from(AS_SHIPPED)]);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'electron'), program, { mode: 0o755 });
  await writeFile(join(folder, 'LICENSE'), 'of Electron');
  return folder;
}
