import { runCommandLine } from '../core/cli/program.ts';
import { systemSurroundings } from '../core/cli/surroundings.ts';
import { buildWindowIfOld } from './window.ts';

/**
 * `npm start` in a checkout: makes the settings window when it is missing or old, then serves, with the arguments of
 * `mailroom serve`. Mail does not wait for a window: one that cannot be made is told, and the server starts all the same.
 */
const surroundings = systemSurroundings();
try {
  await buildWindowIfOld();
} catch {
  surroundings.terminal.err(
    'The settings window could not be built: "npm run build" says why. The server starts without it or with an old one.\n',
  );
}
process.exitCode = await runCommandLine(['serve', ...process.argv.slice(2)], surroundings);
