/** The scheme of the app's own pages. Nothing else answers to it. */
export const SCHEME = 'mailroom';
/** Where the window's page is. */
export const WINDOW_URL = `${SCHEME}://window/index.html`;

/** The part of Electron's WebFrameMain that says who speaks. */
export interface SenderFrame {
  readonly url: string;
  /** Of the frame around it; null for a page's own. */
  readonly parent: unknown;
}

/**
 * Whether a message comes from the window's own page and no frame inside it. Null: the frame is gone already.
 * @param windowUrl where the window's page is; in development that is Vite's server
 */
export function isOwnPage(frame: SenderFrame | null, windowUrl: string): boolean {
  return frame !== null && frame.parent === null && isSamePlace(frame.url, windowUrl);
}

/** Same scheme, host and port. Not by text: `mailroom://window.example/` begins like ours. */
export function isSamePlace(url: string, windowUrl: string): boolean {
  const [given, own] = [URL.parse(url), URL.parse(windowUrl)];
  return given !== null && own !== null && given.protocol === own.protocol && given.host === own.host;
}
