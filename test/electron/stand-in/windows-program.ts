import { basename } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/**
 * Windows runs no script as a program: there a copy of Node.js plays Electron's. It loads this before all else, by
 * NODE_OPTIONS, and runs the script that STAND_IN_PROGRAM names with its arguments.
 */
const script = process.env['STAND_IN_PROGRAM'];
if (isMainThread && basename(process.execPath) === 'electron.exe' && script !== undefined) {
  // Not for the processes that the app starts.
  delete process.env['NODE_OPTIONS'];
  delete process.env['STAND_IN_PROGRAM'];
  process.argv.splice(1, 0, script);
  await import(script);
  await new Promise(() => {}); // what Node.js was told to run is for Electron
}
