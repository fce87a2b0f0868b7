import { runCommandLine } from '../core/cli/program.ts';
import type { Surroundings, Terminal } from '../core/cli/surroundings.ts';
import { buildAppIfOld } from './app.ts';
import { type AppEnd, ElectronApp } from './electron-app.ts';
import { type ElectronPackage, electronPackage, installedProgram } from './electron-binary.ts';
import { fetchElectron } from './electron-fetch.ts';
import { whyNoApp } from './electron-place.ts';
import { ignoreEchoes, onInterrupts } from './interrupts.ts';
import { buildLimits } from './limits.ts';
import { ProgressLine } from './progress-line.ts';
import { readStartOptions } from './start-options.ts';
import { buildWindowIfOld, root } from './window.ts';

export interface StartSurroundings
  extends Pick<Surroundings, 'terminal' | 'env' | 'platform' | 'home' | 'defaultData'> {
  readonly uid: number | undefined;
  /** Runs `mailroom serve` with these arguments to its end. */
  serve(args: readonly string[]): Promise<number>;
  /** The folder of Electron's npm package; the checkout's if left out. */
  readonly electronFolder?: string;
}

/** `mailroom serve`, as something that npm runs. */
export function serveFrom(surroundings: Surroundings): StartSurroundings['serve'] {
  return (args) => {
    ignoreEchoes();
    return runCommandLine(['serve', ...args], surroundings);
  };
}

/**
 * What `npm start` does: opens the app where Electron can, and serves without it where it cannot, with one line that says
 * why. Mail waits for no window. Resolves with the exit code.
 */
export async function startMailroom(args: readonly string[], surroundings: StartSurroundings): Promise<number> {
  const { terminal, serve } = surroundings;
  const options = readStartOptions(args);
  const window = buildWindow(terminal);
  if (!options.headless) {
    const data = options.data ?? surroundings.defaultData;
    const end = await openApp(data, window, surroundings);
    if (end.kind === 'ended') return end.code;
    if (end.kind === 'runs already') {
      terminal.err('Mailroom runs already: its window has come to the front.\n');
      return 0;
    }
    terminal.err(`The app cannot open: ${end.reason}. The server starts without it; its window opens in a browser.\n`);
  }
  await sayIfLong(terminal, window);
  return serve(options.serve);
}

async function openApp(data: string, window: Promise<boolean>, surroundings: StartSurroundings): Promise<AppEnd> {
  try {
    const { terminal, env, platform } = surroundings;
    const program = await findProgram(surroundings);
    if (!(await sayIfLong(terminal, window))) return { kind: 'failed', reason: 'it has no window' };
    await sayIfLong(terminal, buildApp());
    return await run(new ElectronApp({ program, project: root, data, env, platform, terminal }), terminal);
  } catch (failure) {
    return { kind: 'failed', reason: failure instanceof Error ? failure.message : String(failure) };
  }
}

/** @throws Error with the reason why there is none */
async function findProgram({ terminal, env, electronFolder, ...place }: StartSurroundings): Promise<string> {
  const reason = whyNoApp({ env, ...place });
  if (reason !== undefined) throw new Error(reason);
  const electron = await electronPackage(env, electronFolder);
  return (await installedProgram(electron)) ?? (await fetchWithProgress(electron, terminal));
}

/** Tried at every start: a refusal costs nothing, and whoever mends the network finds it mended. */
async function fetchWithProgress(electron: ElectronPackage, terminal: Terminal): Promise<string> {
  const line = new ProgressLine(terminal, `Fetching Electron ${electron.version} for the app (once)`);
  try {
    return await fetchElectron(electron, { onProgress: (progress) => line.show(progress) });
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    throw new Error(`Electron could not be fetched (${reason})`, { cause: failure });
  } finally {
    line.end();
  }
}

async function run(app: ElectronApp, terminal: Terminal): Promise<AppEnd> {
  const stopHearing = onInterrupts(() => app.quit());
  void app.up.then(() =>
    terminal.err('Mailroom is open, with an icon in the tray. Quit there or Ctrl+C here ends it.\n'),
  );
  return app.ended.finally(stopHearing);
}

async function buildApp(): Promise<void> {
  try {
    await buildAppIfOld();
  } catch (cause) {
    throw new Error('it could not be built: "npm run build:app" says why', { cause });
  }
}

/** Mail does not wait for a window: one that cannot be made is told. Resolves with whether it is as it should be. */
async function buildWindow(terminal: Terminal): Promise<boolean> {
  try {
    await buildWindowIfOld();
    return true;
  } catch {
    terminal.err(
      'The settings window could not be built: "npm run build" says why. The server starts without it or with an old one.\n',
    );
    return false;
  }
}

/** Nobody looks at an empty screen and wonders. */
async function sayIfLong<Result>(terminal: Terminal, work: Promise<Result>): Promise<Result> {
  const say = () => terminal.err('Building what is new …\n');
  const timer = setTimeout(say, buildLimits.sayAfter);
  return work.finally(() => clearTimeout(timer));
}
