import { EventEmitter } from 'node:events';

export interface WindowOptions {
  readonly width: number;
  readonly height: number;
  readonly show: boolean;
  readonly focusable?: boolean;
  readonly webPreferences: Readonly<Record<string, unknown>>;
}

/** A BrowserWindow without a screen. */
export class FakeWindow extends EventEmitter {
  readonly options: WindowOptions;
  readonly webContents: FakeContents = new FakeContents();
  open = true;
  shown = false;
  focused = 0;
  url: string | undefined;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
  }

  async loadURL(url: string): Promise<void> {
    this.url = url;
    setImmediate(() => this.emit('ready-to-show'));
  }

  show(): void {
    if (!this.open) throw new TypeError('Object has been destroyed');
    this.shown = true;
  }

  focus(): void {
    this.focused++;
  }

  restore(): void {}

  isMinimized(): boolean {
    return false;
  }

  getNormalBounds() {
    const { width, height } = this.options;
    return { x: 0, y: 0, width, height };
  }

  /** A click on its cross. */
  close(): void {
    this.emit('close', { preventDefault() {} });
    this.open = false;
    this.emit('closed');
  }
}

/** A page, of which only the guards matter here. */
export class FakeContents extends EventEmitter {
  readonly sent: unknown[][] = [];
  #openHandler: ((details: { url: string }) => { action: string }) | undefined;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler;
  }

  send(...message: unknown[]): void {
    this.sent.push(message);
    this.emit('message', message);
  }

  /** Whether the page may go there. */
  mayNavigate(event: 'will-navigate' | 'will-redirect', url: string): boolean {
    let prevented = false;
    this.emit(event, {
      url,
      preventDefault: () => {
        prevented = true;
      },
    });
    return !prevented;
  }

  mayOpen(url: string): boolean {
    return this.#openHandler?.({ url }).action !== 'deny';
  }
}
