/** The end of the channel to who has started this process, which it has with `npm start` and `npm run dev` only. */
export interface Starter {
  send?(message: string): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

/** The members of Electron's app that are used. */
export interface StartedApp {
  readonly isPackaged: boolean;
  hasSingleInstanceLock(): boolean;
  quit(): void;
  whenReady(): Promise<void>;
}

/** In a checkout: tells the starter that the app is up, and quits when he says so or is gone. On Windows no signal does. */
export function obeyStarter(app: StartedApp, starter: Starter): void {
  if (app.isPackaged || starter.send === undefined) return;
  starter.on('message', (message) => message === 'quit' && app.quit());
  starter.on('disconnect', () => app.quit());
  // Electron may get ready in a second instance too, on its way out.
  if (app.hasSingleInstanceLock()) void app.whenReady().then(() => starter.send?.('up'));
}
