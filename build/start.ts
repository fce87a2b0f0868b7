import { runCommandLine } from '../core/cli/program.ts';
import { systemSurroundings } from '../core/cli/surroundings.ts';
import { ignoreEchoes } from './interrupts.ts';
import { startMailroom } from './starting.ts';

/**
 * `npm start` in a checkout: the app, or the server alone. `-- --headless` means the latter, and so do all arguments that
 * only `mailroom serve` has.
 */
const surroundings = systemSurroundings();
process.exitCode = await startMailroom(process.argv.slice(2), {
  ...surroundings,
  uid: process.getuid?.(),
  serve(args) {
    ignoreEchoes();
    return runCommandLine(['serve', ...args], surroundings);
  },
});
