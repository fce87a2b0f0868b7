import { windowLimits } from '../limits.ts';

export interface Bounds {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
}

/** The members of Electron's BrowserWindow that are used. */
export interface AppWindow {
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  restore(): void;
  isMinimized(): boolean;
  getNormalBounds(): Bounds;
  on(event: 'close' | 'closed', listener: () => void): unknown;
  once(event: 'ready-to-show', listener: () => void): unknown;
  readonly webContents: { send(channel: string, ...args: unknown[]): void };
}

export interface WindowDependencies<Window extends AppWindow> {
  readonly create: (options: ReturnType<typeof windowOptions>) => Window;
  readonly url: string;
  readonly preload: string;
  readonly icon: string;
  /** Where the window was when it was last closed. */
  readonly bounds: { get(): Bounds | undefined; set(bounds: Bounds): void };
  /** The page could not be shown. */
  readonly onFailure: (failure: Error) => void;
}

/** The settings window: one at most, made when it is wanted and gone when it is closed. The server does not mind. */
export class SettingsWindow<Window extends AppWindow> {
  readonly #dependencies: WindowDependencies<Window>;
  #window: Window | undefined;

  constructor(dependencies: WindowDependencies<Window>) {
    this.#dependencies = dependencies;
  }

  /** Opens it, or brings the open one to the front. */
  show(): void {
    if (this.#window === undefined) this.#open();
    else {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.show();
      this.#window.focus();
    }
  }

  /** Does nothing while there is no window: it asks for everything when it is opened. */
  send(channel: string, ...args: unknown[]): void {
    this.#window?.webContents.send(channel, ...args);
  }

  #open(): void {
    const { create, url, preload, icon, bounds, onFailure } = this.#dependencies;
    const window = create(windowOptions(preload, icon, bounds.get()));
    this.#window = window;
    window.once('ready-to-show', () => window.show());
    window.on('close', () => bounds.set(window.getNormalBounds()));
    window.on('closed', () => {
      this.#window = undefined;
    });
    window.loadURL(url).catch(onFailure);
  }
}

/** Electron's options of the window. What guards it is written out, though some of it is the default: it must stay so. */
export function windowOptions(preload: string, icon: string, bounds: Bounds | undefined) {
  const { width, height, minWidth, minHeight } = windowLimits;
  return {
    ...(bounds ?? { width, height }),
    ...{ minWidth, minHeight, icon, title: 'Mailroom', show: false, autoHideMenuBar: true },
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  };
}
