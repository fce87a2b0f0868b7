/** How far the desktop app is with a newer version of itself. */
export type UpdateState =
  /** Nobody has said where to look: the setting `updates.feed` is empty. */
  | { readonly name: 'off' }
  /** It was not installed in a way that an update could replace; the message says what to do instead. */
  | { readonly name: 'unavailable'; readonly message: string }
  | { readonly name: 'looking' }
  /** There is nothing newer. `lookedAt`: milliseconds since 1970. */
  | { readonly name: 'current'; readonly lookedAt: number }
  /** `percent`: 0 to 100. */
  | { readonly name: 'downloading'; readonly version: string; readonly percent: number }
  /** Installed when the app quits, or when a person says so. */
  | { readonly name: 'ready'; readonly version: string }
  /** The server ends its sessions, then the installer runs and the app starts again. */
  | { readonly name: 'installing'; readonly version: string }
  | { readonly name: 'failed'; readonly message: string };
