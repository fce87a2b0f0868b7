/** The members of Electron's app that are used. */
export interface QuittingApp {
  on(event: 'before-quit', listener: (event: { preventDefault(): void }) => void): unknown;
  on(event: 'window-all-closed', listener: () => void): unknown;
  quit(): void;
}

export interface QuittingServer {
  readonly isStopped: boolean;
  /** Resolves when it is over. */
  stop(): Promise<void>;
}

/** The argument of a start that only ends the app that runs: how the installer asks for a clean end. */
export const QUIT = '--quit';

/**
 * Quitting ends all sessions with BYE first and waits until what was promised is on disk. Closing the window is not
 * quitting: the server goes on.
 */
export class Quitting {
  #stopped = false;
  #stopping: Promise<void> | undefined;

  constructor(app: QuittingApp, server: QuittingServer) {
    app.on('window-all-closed', () => {});
    app.on('before-quit', (event) => {
      // Before an update is installed it was stopped already; the installer waits for the app to go.
      if (this.#stopped || server.isStopped) return;
      event.preventDefault();
      // Asked twice it is still one stop.
      this.#stopping ??= server.stop().finally(() => {
        this.#stopped = true;
        app.quit();
      });
    });
  }
}

/** On Windows closing the console is SIGHUP and Ctrl+Break SIGBREAK. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/**
 * Makes every signal that asks the app to end the same as Quit: the end of a session on Linux, Ctrl+C in a checkout. Nobody
 * else listens from then on: what writes the window's size (electron-store, by way of when-exit) would, after the first
 * signal, send another one to this process, which on Windows ends it at once. To be called when all is loaded.
 */
export function quitOnSignals(
  app: { quit(): void },
  process: Pick<NodeJS.EventEmitter, 'on' | 'removeAllListeners'>,
): void {
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, () => app.quit());
  }
}
