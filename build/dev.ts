import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Surroundings, systemSurroundings } from '../core/cli/surroundings.ts';
import { APP_SOURCES, buildAppIfOld } from './app.ts';
import { developInApp } from './dev-app.ts';
import { developInBrowser } from './dev-browser.ts';
import type { AppEnd } from './electron-app.ts';
import { electronPackage, installedProgram } from './electron-binary.ts';
import { whyNoApp } from './electron-place.ts';
import { SourceChanges } from './source-changes.ts';
import { root } from './window.ts';

/** `npm run dev`: the settings window with hot reload, in the app where Electron is there, otherwise in a browser. */
const surroundings = systemSurroundings();
const { values } = parseArgs({
  options: { data: { type: 'string' }, port: { type: 'string', default: '5173' }, browser: { type: 'boolean' } },
});
const data = resolve(values.data ?? surroundings.defaultData);
const port = Number(values.port);

if (!values.browser) {
  const end = await inApp(surroundings);
  if (end.kind === 'ended') process.exit(end.code);
  if (end.kind === 'runs already') {
    surroundings.terminal.err(`Mailroom runs already on ${data}: end it first, or name another folder with --data\n`);
    process.exit(1);
  }
  surroundings.terminal.err(`The app cannot open: ${end.reason}. The window is shown in a browser.\n`);
}
await developInBrowser(data, port, surroundings.terminal);

async function inApp({ terminal, env, platform }: Surroundings): Promise<AppEnd> {
  try {
    const reason = whyNoApp({ env, platform, uid: process.getuid?.() });
    if (reason !== undefined) throw new Error(reason);
    const program = await installedProgram(await electronPackage(env));
    if (program === undefined) throw new Error('Electron has not been fetched yet, which "npm start" does');
    const changes = new SourceChanges(root, APP_SOURCES);
    const start = { program, project: root, data, env, platform, terminal };
    const development = { vite: { server: { port } }, changes, build: buildAppIfOld };
    return await developInApp(start, development).finally(() => changes.close());
  } catch (failure) {
    return { kind: 'failed', reason: failure instanceof Error ? failure.message : String(failure) };
  }
}
