import { appendFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { standInForElectron } from './hooks.ts';
import { quitFile } from './quit-file.ts';

/**
 * Plays the Electron program of a checkout: `node checkout.ts <folder>` runs the app that the folder's package.json names.
 * What a test wants to know of each run is a line of JSON in the file STAND_IN_NOTES.
 */
export interface Run {
  readonly pid: number;
  readonly args: readonly string[];
  readonly windowUrl: string | undefined;
  /** Whether Electron would be plain Node. */
  readonly runsAsNode: boolean;
}

const standIn = await standInForElectron();
standIn.isPackaged = false; // as Electron itself finds by the name of its program
standIn.firstInstance = process.env['STAND_IN_SECOND'] === undefined;
const isToQuit = setInterval(() => existsSync(quitFile(process.pid)) && quit(), 50).unref();

const args = process.argv.slice(2);
await import(pathToFileURL(createRequire(import.meta.url).resolve(args[0]!)).href);
void standIn.trayShown.then(() => setImmediate(note));
await standIn.app.exited;
await setTimeout(50); // Electron may still get ready on its way out
process.exit(0);

function quit(): void {
  clearInterval(isToQuit);
  standIn.tray.choose('Quit');
}

function note(): void {
  const runsAsNode = process.env['ELECTRON_RUN_AS_NODE'] !== undefined;
  const run: Run = { pid: process.pid, args, windowUrl: standIn.window?.url, runsAsNode };
  appendFileSync(process.env['STAND_IN_NOTES']!, `${JSON.stringify(run)}\n`);
}
