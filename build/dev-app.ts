import type { InlineConfig } from 'vite';
import type { Terminal } from '../core/cli/surroundings.ts';
import { addressOf, startDevServer } from './dev-server.ts';
import { type AppEnd, type AppStart, ElectronApp } from './electron-app.ts';
import { onInterrupts } from './interrupts.ts';
import type { SourceChanges } from './source-changes.ts';

export interface Development {
  /** Of the server that the window comes from. */
  readonly vite: InlineConfig;
  /** Tells of changes in what the app is made of. */
  readonly changes: Pick<SourceChanges, 'next'>;
  /** Builds the app. Resolves with whether it was old. */
  build(): Promise<boolean>;
}

/**
 * Shows the window with hot reload in the app, which is built and started anew when its own sources have changed. Ends
 * with the app.
 */
export async function developInApp(start: AppStart, development: Development): Promise<AppEnd> {
  await development.build();
  const vite = await startDevServer(development.vite);
  try {
    const windowUrl = addressOf(vite);
    start.terminal.err(`The app with hot reload, its window from ${windowUrl}\n`);
    return await keepRunning({ ...start, windowUrl }, development);
  } finally {
    await vite.close();
  }
}

/**
 * The next one starts when the last has ended: the data folder is for one, and its sessions get their BYE. One that a
 * change keeps from coming up is not the end: the next change mends it.
 */
async function keepRunning(start: AppStart, development: Development): Promise<AppEnd> {
  const { terminal } = start;
  for (let run = 1; ; run++) {
    const built = builtAnew(development, terminal);
    const end = await runUntil(built, start);
    if (end !== undefined && (end.kind !== 'failed' || run === 1)) return end;
    if (end !== undefined) terminal.err(`${end.reason}. It starts anew after the next change.\n`);
    await built;
    terminal.err('The app has changed and starts anew.\n');
  }
}

/** Runs the app until it ends by itself, or ends it when something else is due: undefined. */
async function runUntil(due: Promise<void>, start: AppStart): Promise<AppEnd | undefined> {
  const app = new ElectronApp(start);
  const stopHearing = onInterrupts(() => app.quit());
  const end = await Promise.race([app.ended, due.then(() => undefined)]);
  if (end === undefined) app.quit();
  await app.ended;
  stopHearing();
  return end;
}

/** Resolves when the app was built of changed sources. What cannot be built is told, and the app that runs goes on. */
async function builtAnew({ changes, build }: Development, terminal: Pick<Terminal, 'err'>): Promise<void> {
  for (;;) {
    await changes.next();
    try {
      if (await build()) return;
    } catch (failure) {
      terminal.err(`${(failure as { stderr?: string }).stderr ?? failure}\n`);
    }
  }
}
