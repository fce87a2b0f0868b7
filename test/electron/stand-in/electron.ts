import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { FakeWindow } from './fake-window.ts';

/** An entry of a menu, as the app gave it. */
export interface Entry {
  readonly label?: string;
  readonly enabled?: boolean;
  readonly click?: () => void;
}

type Handler = (event: { senderFrame: { url: string; parent: unknown } | null }, ...args: unknown[]) => unknown;

/** What a page asks for in a message. */
export interface Sender {
  readonly url: string;
  readonly parent?: unknown;
}

/**
 * Stands in for the electron module: the members the app uses, doing what Electron's documentation says of them, and
 * hands on them for the test: whoever clicks the tray, asks over IPC, starts the app a second time.
 */
export class ElectronStandIn {
  /** False: another instance runs already. */
  firstInstance = true;
  isPackaged = true;
  readonly windows: FakeWindow[] = [];
  /** Windows that nobody can ever see. */
  readonly unseen: FakeWindow[] = [];
  readonly trays: FakeTray[] = [];
  readonly notifications: { title: string; body: string }[] = [];
  readonly errorBoxes: string[] = [];
  readonly openedPaths: string[] = [];
  /** What a person chooses in the next file dialogs; empty: Cancel. */
  choices: string[] = [];
  readonly fileDialogs: unknown[] = [];
  readonly permissions: PermissionHandlers = {};
  readonly schemes: unknown[] = [];
  readonly pages = new Map<string, (request: Request) => Response | Promise<Response>>();
  readonly #handlers = new Map<string, Handler>();
  readonly #paths = new Map([
    ['home', process.env['HOME'] ?? '/'],
    ['documents', join('/', 'documents')],
  ]);
  readonly #trayShown = Promise.withResolvers<void>();
  readonly app: FakeApp;
  readonly powerMonitor = new EventEmitter();
  /** What keeps the computer awake, by its number. */
  readonly awake = new Map<number, string>();
  /** What `import … from 'electron'` gives the app. */
  readonly module: Record<string, unknown>;

  constructor() {
    this.app = new FakeApp(this, this.#paths);
    this.module = this.#members();
  }

  get window(): FakeWindow | undefined {
    return this.windows.find(({ open }) => open);
  }

  /** Resolves when the app has put itself together: the icon comes last but for the window. */
  get trayShown(): Promise<void> {
    return this.#trayShown.promise;
  }

  get tray(): FakeTray {
    const tray = this.trays[0];
    if (tray === undefined) throw new Error('there is no icon in the tray');
    return tray;
  }

  /** What ipcRenderer.invoke does: the answer is a copy, as over any IPC. */
  async invoke(sender: Sender | null, channel: string, ...args: unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    const senderFrame = sender === null ? null : { parent: null, ...sender };
    return structuredClone(await handler({ senderFrame }, ...(structuredClone(args) as unknown[])));
  }

  #chosen(asked: unknown): { canceled: boolean; filePaths: string[] } {
    this.fileDialogs.push(asked);
    return { canceled: this.choices.length === 0, filePaths: this.choices };
  }

  #members(): Record<string, unknown> {
    const standIn = this;
    const session = {
      setPermissionRequestHandler: (handler: never) => {
        standIn.permissions.request = handler;
      },
      setPermissionCheckHandler: (handler: never) => {
        standIn.permissions.check = handler;
      },
      setDevicePermissionHandler: (handler: never) => {
        standIn.permissions.device = handler;
      },
      protocol: { handle: (scheme: string, handler: never) => void standIn.pages.set(scheme, handler) },
    };
    return {
      app: this.app,
      powerMonitor: this.powerMonitor,
      powerSaveBlocker: {
        start: (type: string) => {
          const id = Math.max(0, ...standIn.awake.keys()) + 1;
          standIn.awake.set(id, type);
          return id;
        },
        stop: (id: number) => standIn.awake.delete(id),
      },
      BrowserWindow: function BrowserWindow(options: never) {
        const window = new FakeWindow(options);
        (window.options.focusable === false ? standIn.unseen : standIn.windows).push(window);
        standIn.app.emit('web-contents-created', {}, window.webContents);
        return window;
      },
      Tray: function Tray(image: { file: string }) {
        const tray = new FakeTray(image);
        standIn.trays.push(tray);
        standIn.#trayShown.resolve();
        return tray;
      },
      Menu: { buildFromTemplate: (entries: Entry[]) => ({ entries }), setApplicationMenu() {} },
      Notification: function Notification(notice: { title: string; body: string }) {
        return { show: () => void standIn.notifications.push(notice) };
      },
      nativeImage: { createFromPath: (file: string) => ({ file }) },
      protocol: { registerSchemesAsPrivileged: (schemes: unknown[]) => void standIn.schemes.push(...schemes) },
      session: { defaultSession: session },
      ipcMain: {
        on() {},
        handle: (channel: string, handler: Handler) => void standIn.#handlers.set(channel, handler),
        removeHandler: (channel: string) => void standIn.#handlers.delete(channel),
      },
      shell: {
        async openPath(path: string) {
          standIn.openedPaths.push(path);
          return '';
        },
      },
      dialog: {
        showErrorBox: (_title: string, text: string) => void standIn.errorBoxes.push(text),
        showOpenDialog: async (asked: unknown) => standIn.#chosen(asked),
        showSaveDialog: async (asked: unknown) => {
          const { canceled, filePaths } = standIn.#chosen(asked);
          return { canceled, filePath: filePaths[0] ?? '' };
        },
      },
    };
  }
}

export interface PermissionHandlers {
  request?: (
    contents: unknown,
    name: string,
    decide: (granted: boolean) => void,
    asking: { requestingUrl: string },
  ) => void;
  check?: (contents: unknown, name: string, origin: string) => boolean;
  device?: () => boolean;
}

/** Electron's app: ready a moment after the start, gone when nobody prevents quitting. */
export class FakeApp extends EventEmitter {
  readonly #standIn: ElectronStandIn;
  readonly #paths: Map<string, string>;
  readonly #exited = Promise.withResolvers<void>();
  hasExited = false;
  openAtLogin = false;

  constructor(standIn: ElectronStandIn, paths: Map<string, string>) {
    super();
    this.#standIn = standIn;
    this.#paths = paths;
  }

  /** Resolves when the app has quit. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  get isPackaged(): boolean {
    return this.#standIn.isPackaged;
  }

  requestSingleInstanceLock = () => this.#standIn.firstInstance;
  hasSingleInstanceLock = () => this.#standIn.firstInstance;
  whenReady = () => new Promise<void>((resolve) => setImmediate(resolve));
  enableSandbox = () => {};
  setName = () => {};
  getVersion = () => '0.0.0';
  setAppUserModelId = () => {};
  setPath = (name: string, path: string) => void this.#paths.set(name, path);
  getPath = (name: string) => this.#paths.get(name) ?? '/nowhere';
  getLoginItemSettings = () => ({ openAtLogin: this.openAtLogin, wasOpenedAtLogin: false });
  setLoginItemSettings = ({ openAtLogin }: { openAtLogin: boolean }) => {
    this.openAtLogin = openAtLogin;
  };

  quit(): void {
    let prevented = false;
    this.emit('before-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (prevented) return;
    this.hasExited = true;
    this.#exited.resolve();
  }
}

export class FakeTray extends EventEmitter {
  image: { file: string };
  toolTip = '';
  entries: Entry[] = [];

  constructor(image: { file: string }) {
    super();
    this.image = image;
  }

  setImage(image: { file: string }): void {
    this.image = image;
  }

  setToolTip(text: string): void {
    this.toolTip = text;
  }

  setContextMenu({ entries }: { entries: Entry[] }): void {
    this.entries = entries;
  }

  get labels(): string[] {
    return this.entries.flatMap(({ label }) => label ?? []);
  }

  /** What a person does with the menu. */
  choose(label: string): void {
    const entry = this.entries.find((each) => each.label === label);
    if (entry === undefined) throw new Error(`the menu has no ${label}: ${this.labels.join(', ')}`);
    if (entry.enabled === false) throw new Error(`${label} cannot be chosen now`);
    entry.click?.();
  }

  destroy(): void {}
}
