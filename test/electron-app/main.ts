import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../build/window.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { journey } from './journey.ts';
import { packagedProgram } from './packaged-program.ts';

/** `npm run test:electron [-- --program FILE]`: drives the app that `npm run package` made. A desktop must be there. */
const { values } = parseArgs({ options: { program: { type: 'string' } } });
try {
  const program = values.program ?? packagedProgram(join(root, 'dist', 'installers'), process);
  console.log(program);
  const data = await makeTempFolder('electron-app');
  await journey(program, data, (done) => console.log(`ok  ${done}`));
  await removeFolder(data);
} catch (failure) {
  console.error(`not ok  ${failure instanceof Error ? failure.message : failure}`);
  process.exitCode = 1;
}
