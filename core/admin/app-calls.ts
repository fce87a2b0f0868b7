import type { AdminApi } from './contract.ts';
import type { UpdateState } from './update-state.ts';

export type { UpdateState } from './update-state.ts';

/**
 * What the computer does for the window where an app is around it: Electron's main process serves it, in a browser there
 * is none of it. A call rejects with a message for people.
 */
export interface AppCalls {
  startsWithComputer(): Promise<boolean>;
  setStartsWithComputer(starts: boolean): Promise<void>;
  /** Shows a folder of the data folder in the system's file manager. */
  showFolder(which: 'data' | 'logs'): Promise<void>;
  /** Lets a person choose mail to bring in: any number of files, or one folder. Absolute paths; none: cancelled. */
  chooseMailSource(what: 'files' | 'folder'): Promise<readonly string[]>;
  /** Lets a person choose where an export goes. An absolute path; undefined: cancelled. */
  chooseExportTarget(suggestedName: string): Promise<string | undefined>;
  updateState(): Promise<UpdateState>;
  /** Begins to look for a newer version, and to download it; `updateState` says how far it is. */
  lookForUpdate(): Promise<void>;
  /** Ends the server, installs the version that is ready and starts the app again. */
  installUpdate(): Promise<void>;
}

/** What the preload script puts on the window, as `window.mailroom`. */
export interface Bridge extends AdminApi {
  readonly app: AppCalls;
}
