import { readFile, rm, writeFile } from 'node:fs/promises';
import { setGlobalProxyFromEnv } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { oneAtATime } from './build-lock.ts';
import { type ElectronPackage, installedProgram, programPath } from './electron-binary.ts';
import { fetchLimits } from './limits.ts';

/** Octets that have come; `total` is null where the sender does not say. */
export interface FetchProgress {
  readonly transferred: number;
  readonly total: number | null;
}

export interface FetchOptions {
  readonly onProgress: (progress: FetchProgress) => void;
  /** Milliseconds without an octet. */
  readonly silence?: number;
}

/** Electron's own tools, which come with its package. */
interface Tools {
  downloadArtifact(details: object): Promise<string>;
  extract(zip: string, options: { dir: string }): Promise<void>;
}

/**
 * Fetches the program as Electron's own installer does, from the same place, cache and mirrors (`ELECTRON_MIRROR`),
 * and through the proxy of the environment. What comes must have the checksum that is in the package.
 * @returns where the program is
 * @throws Error with the reason, for people
 */
export async function fetchElectron(electron: ElectronPackage, options: FetchOptions): Promise<string> {
  const tools = await loadTools();
  const zip = await download(tools, electron, options);
  // Another start may have been at it too.
  return oneAtATime(
    join(electron.folder, 'unpack.lock'),
    async () => (await installedProgram(electron)) ?? (await unpack(tools, zip, electron)),
  );
}

async function loadTools(): Promise<Tools> {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('electron/package.json'));
  const load = async (name: string) => (await import(pathToFileURL(resolve(name)).href)) as Tools;
  const [{ downloadArtifact }, { extract }] = [
    await load('@electron/get'),
    await load('@electron-internal/extract-zip'),
  ];
  return { downloadArtifact, extract };
}

async function download({ downloadArtifact }: Tools, electron: ElectronPackage, options: FetchOptions) {
  const { version, folder, platform, env } = electron;
  const checksums: unknown = JSON.parse(await readFile(join(folder, 'checksums.json'), 'utf8'));
  const patience = new Patience(options.silence ?? fetchLimits.silence);
  const getProgressCallback = (progress: FetchProgress) => {
    patience.renew();
    options.onProgress(progress);
  };
  const restore = setGlobalProxyFromEnv(env);
  try {
    return await downloadArtifact({
      ...{ artifactName: 'electron', version, platform, arch: process.arch, checksums },
      cacheRoot: env['electron_config_cache'],
      downloadOptions: { quiet: true, signal: patience.signal, getProgressCallback },
    });
  } catch (failure) {
    throw patience.signal.aborted ? patience.signal.reason : forPeople(failure);
  } finally {
    patience.end();
    restore();
  }
}

/** Ends a download of which nothing comes any more. A slow one is none of those. */
class Patience {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    const why = `nothing came for ${Math.round(milliseconds / 100) / 10} seconds`;
    this.#timer = setTimeout(() => this.#controller.abort(new Error(why)), milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  renew(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function forPeople(failure: unknown): Error {
  const { cause, message } = failure as Error;
  if (message.includes('checksum')) return new Error('what came is not what Electron’s makers have published');
  return new Error(cause instanceof Error && cause.message !== '' ? cause.message : message, { cause: failure });
}

/** The note that it is all there goes first and comes last: a start that was cut short leaves nothing that looks whole. */
async function unpack({ extract }: Tools, zip: string, electron: ElectronPackage): Promise<string> {
  const { folder, platform } = electron;
  const [dist, note, path] = [join(folder, 'dist'), join(folder, 'path.txt'), programPath(platform)];
  await rm(note, { force: true });
  await rm(dist, { recursive: true, force: true });
  await extract(zip, { dir: dist });
  await writeFile(note, path);
  return join(dist, path);
}
