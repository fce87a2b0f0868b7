import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Terminal } from '../core/cli/surroundings.ts';
import { appLimits } from './limits.ts';
import { whyItFailed } from './why-it-failed.ts';

export interface AppStart {
  readonly program: string;
  /** The checkout: Electron finds the app by its package.json. */
  readonly project: string;
  readonly data: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly terminal: Pick<Terminal, 'err'>;
  /** Vite's server, while the window is developed. */
  readonly windowUrl?: string;
}

export type AppEnd =
  /** It was up, or was told to end. */
  | { readonly kind: 'ended'; readonly code: number }
  /** One runs already on this data folder, and has shown its window. */
  | { readonly kind: 'runs already' }
  /** It never came up. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The app of a checkout in Electron. Both speak over the channel between processes (electron/main/starter.ts): the app
 * says `up`, this says `quit`. It is out of the terminal's reach, so that Ctrl+C ends it once and by us: a second signal
 * ends Electron without a BYE, and on Windows the first does.
 */
export class ElectronApp {
  /** Settles when it is over. */
  readonly ended: Promise<AppEnd>;
  /** Resolves when it says so; never if it fails. */
  readonly up: Promise<void>;
  readonly #process: ChildProcess;
  readonly #platform: NodeJS.Platform;
  #isUp = false;
  #isToldToEnd = false;

  constructor(start: AppStart) {
    this.#platform = start.platform;
    this.#process = spawn(start.program, [start.project], {
      ...{
        env: appEnvironment(start),
        stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
        detached: true,
        windowsHide: false,
      },
    });
    const words = new EarlyWords(this.#process.stderr!, start.terminal);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.up = promise;
    const isUp = () => {
      this.#isUp = true;
      words.passOn();
    };
    const late = setTimeout(isUp, appLimits.up);
    promise.then(isUp);
    this.#process.on('message', (message) => message === 'up' && resolve());
    this.#process.on('error', () => {}); // a message to an app that is gone; that it could not be started is heard below
    this.ended = this.#end(words).finally(() => clearTimeout(late));
  }

  /** Ends it as Quit in its menu does; by force when it is told again or does not end in time. */
  quit(): void {
    if (this.#isToldToEnd) {
      this.#process.kill('SIGKILL');
      return;
    }
    this.#isToldToEnd = true;
    if (this.#process.connected) this.#process.send('quit');
    // The app takes it for Quit, and Electron does before the app listens. On Windows it would be the end by force.
    if (this.#platform !== 'win32') this.#process.kill('SIGTERM');
    setTimeout(() => this.#process.kill('SIGKILL'), appLimits.end).unref();
  }

  async #end(words: EarlyWords): Promise<AppEnd> {
    const ending = await endOf(this.#process);
    if (ending instanceof Error) return { kind: 'failed', reason: ending.message };
    const { code, signal } = ending;
    if (this.#isUp || this.#isToldToEnd) return { kind: 'ended', code: code ?? 1 };
    if (code === 0) return { kind: 'runs already' };
    await Promise.race([once(this.#process, 'close'), pause(appLimits.lastWords)]);
    return { kind: 'failed', reason: whyItFailed(words.text, code, signal) };
  }
}

function appEnvironment({ env, data, windowUrl }: AppStart): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _node, ELECTRON_RENDERER_URL: _url, ...rest } = env; // of somebody else’s Electron
  const own = { MAILROOM_DATA: data, ELECTRON_NO_ATTACH_CONSOLE: '1' };
  return windowUrl === undefined ? { ...rest, ...own } : { ...rest, ...own, ELECTRON_RENDERER_URL: windowUrl };
}

/** @returns the error when it could not be started at all */
function endOf(child: ChildProcess): Promise<Error | { code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => child.pid === undefined && resolve(error));
  });
}

/** What Electron says before it is up: kept for the reason of a failure, and shown once it is none. */
class EarlyWords {
  text = '';
  readonly #terminal: Pick<Terminal, 'err'>;
  #isKept = true;

  constructor(stream: NodeJS.ReadableStream, terminal: Pick<Terminal, 'err'>) {
    this.#terminal = terminal;
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (this.#isKept) this.text = (this.text + text).slice(-appLimits.said);
      else terminal.err(text);
    });
  }

  passOn(): void {
    if (this.#isKept) this.#terminal.err(this.text);
    this.#isKept = false;
  }
}
