import { systemSurroundings } from '../core/cli/surroundings.ts';
import { serveFrom, startMailroom } from './starting.ts';

/**
 * `npm start` in a checkout: the app, or the server alone. `-- --headless` means the latter, and so do all arguments that
 * only `mailroom serve` has.
 */
const surroundings = systemSurroundings();
const more = { uid: process.getuid?.(), serve: serveFrom(surroundings) };
process.exitCode = await startMailroom(process.argv.slice(2), { ...surroundings, ...more });
