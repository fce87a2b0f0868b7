import type { Timers } from '../engine/timers.ts';
import { quitLimits } from '../limits.ts';

/** The members of Electron's BrowserWindow that are used. */
export interface SessionEndWindow {
  on(event: 'query-session-end', listener: (event: { preventDefault(): void }) => void): unknown;
}

/** The options of a window that nobody sees. What would guard a page is the default, and there is no page. */
export const hiddenWindow = { show: false, width: 1, height: 1, skipTaskbar: true, focusable: false } as const;

export interface SessionEndActions {
  /** Begins a clean end. */
  readonly quit: () => void;
  /** Ends what is not over by now. */
  readonly force: () => void;
}

/**
 * Windows tells of its shutdown, and of a log-off, to windows only, and a server in the tray has none: without this one every
 * shutdown would be a crash. It holds Windows up, which goes on by itself when the app is gone, and gives up in time.
 */
export function endWithWindows(window: SessionEndWindow, timers: Timers, { quit, force }: SessionEndActions): void {
  window.on('query-session-end', (event) => {
    event.preventDefault();
    timers.after(quitLimits.withWindows, force);
    quit();
  });
}
