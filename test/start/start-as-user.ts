import { serveFrom, startMailroom } from '../../build/starting.ts';
import { systemSurroundings } from '../../core/cli/surroundings.ts';

/**
 * What build/start.ts is, with two things as the test wants them: whose process it is (START_UID; tests may run as root)
 * and where Electron's package is (START_ELECTRON).
 */
const surroundings = systemSurroundings();
const electronFolder = process.env['START_ELECTRON'];
process.exitCode = await startMailroom(process.argv.slice(2), {
  ...{ ...surroundings, uid: Number(process.env['START_UID']), serve: serveFrom(surroundings) },
  ...(electronFolder === undefined ? {} : { electronFolder }),
});
