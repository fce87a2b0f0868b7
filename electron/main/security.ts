import { isSamePlace } from '../ipc/own-pages.ts';

/** The members of Electron's WebContents that are used. */
export interface GuardedContents {
  on(event: 'will-navigate' | 'will-redirect', listener: (event: { preventDefault(): void }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: { preventDefault(): void }) => void): unknown;
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
}

/** The members of Electron's Session that are used. */
export interface GuardedSession {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, decide: (granted: boolean) => void, details: Asking) => void,
  ): void;
  setPermissionCheckHandler(handler: (contents: unknown, permission: string, origin: string) => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
}

interface Asking {
  readonly requestingUrl: string;
}

/** Keeps a page where it is: it is one page, and nothing in it leads anywhere. */
export function confine(contents: GuardedContents): void {
  for (const event of ['will-navigate', 'will-redirect'] as const) contents.on(event, (e) => e.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Denies camera, notifications, devices and the rest; the window's own Copy buttons may write text to the clipboard. */
export function denyPermissions(session: GuardedSession, windowUrl: string): void {
  const granted = (permission: string, url: string) =>
    permission === 'clipboard-sanitized-write' && isSamePlace(url, windowUrl);
  session.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) =>
    decide(granted(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => granted(permission, origin));
  session.setDevicePermissionHandler(() => false);
}
