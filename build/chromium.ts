import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type BrowserServer, chromium, type LaunchOptions } from 'playwright-core';

export type Found = { readonly browser: BrowserServer } | { readonly reason: string };

/**
 * A Chromium for tests: the one that comes with the npm package on Linux, elsewhere the Chrome or Edge of the machine. It
 * runs as a browser of its users does, with web security and site isolation, since those are what tests look at; only
 * the sandbox is off, which root cannot have.
 */
export async function findChromium(): Promise<Found> {
  const reasons: string[] = [];
  for (const start of starts()) {
    try {
      return { browser: await start() };
    } catch (failure) {
      reasons.push(failure instanceof Error ? failure.message.split('\n', 1)[0]! : String(failure));
    }
  }
  return { reason: reasons.join('; ') };
}

function starts(): (() => Promise<BrowserServer>)[] {
  const packed = async () => launch({ executablePath: await unpackedChromium() });
  const installed = (['chrome', 'msedge'] as const).map((channel) => () => launch({ channel }));
  return process.platform === 'linux' && process.arch === 'x64' ? [packed, ...installed] : installed;
}

function launch(options: LaunchOptions): Promise<BrowserServer> {
  return chromium.launchServer({ ...options, args: ['--disable-gpu', '--font-render-hinting=none', '--lang=en-US'] });
}

const MODULES = join(import.meta.dirname, '../node_modules');

/** The program, unpacked once for each installation: not into the folder all users share, where anybody may leave one. */
async function unpackedChromium(): Promise<string> {
  const packed = join(MODULES, '@sparticuz/chromium');
  const { version } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8')) as { version: string };
  const folder = join(MODULES, '.cache', `chromium-${version}`);
  const program = join(folder, 'chromium');
  if (!existsSync(program)) await unpack(join(packed, 'bin/chromium.br'), folder, program);
  return program;
}

/** Renamed when it is whole: tests that start at the same time never run half a program. */
async function unpack(from: string, folder: string, to: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const part = await mkdtemp(join(folder, 'part-'));
  const whole = join(part, 'chromium');
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(whole, { mode: 0o755 }));
  await rename(whole, to);
  await rm(part, { recursive: true });
}
