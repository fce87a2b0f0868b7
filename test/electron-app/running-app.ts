import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { freePort } from '../electron/free-port.ts';

/** Milliseconds. A first start on a slow machine of a CI makes keys and opens a window. */
const STARTED_WITHIN = 60_000;
/** The engine gives itself 15 s (electron/limits.ts). */
const QUIT_WITHIN = 30_000;

/**
 * The packaged app, driven as a browser is, by a remote debugging port. Playwright's own way to start Electron needs
 * Node's debugger in the main process (`--inspect`), which the package's fuses take away; this port sees pages only.
 */
export class RunningApp {
  readonly #program: string;
  readonly #process: ChildProcess;
  readonly #env: NodeJS.ProcessEnv;
  readonly #port: number;
  readonly #exited: Promise<number | null>;
  #browser: Browser | undefined;
  said = '';

  /** @throws Error when the program cannot be started */
  static async start(program: string, data: string): Promise<RunningApp> {
    const port = await freePort();
    const env = { ...process.env, MAILROOM_DATA: data };
    const app = spawn(program, [`--remote-debugging-port=${port}`, ...sandboxOff()], { env });
    await once(app, 'spawn');
    return new RunningApp(program, app, env, port);
  }

  private constructor(program: string, app: ChildProcess, env: NodeJS.ProcessEnv, port: number) {
    this.#program = program;
    this.#process = app;
    this.#env = env;
    this.#port = port;
    for (const stream of [app.stdout, app.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
      });
    }
    this.#exited = once(app, 'exit').then(([code]) => code);
  }

  /** The settings window, when it is there. */
  async window(): Promise<Page> {
    const end = Date.now() + STARTED_WITHIN;
    for (;;) {
      const page = await this.#page().catch(() => undefined);
      if (page !== undefined) return page;
      if (this.#process.exitCode !== null)
        throw new Error(`the app ended with ${this.#process.exitCode}: ${this.said}`);
      if (Date.now() > end) throw new Error(`no window in ${STARTED_WITHIN} ms: ${this.said}`);
      await setTimeout(250);
    }
  }

  /** Starts the program once more, with these arguments, beside the one that runs. Resolves with what it printed. */
  async startAgain(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const options = { env: { ...this.#env, ...env }, timeout: QUIT_WITHIN };
    const { stdout } = await promisify(execFile)(this.#program, [...args, ...sandboxOff()], options);
    return stdout;
  }

  /** As the installer ends it: the program is started once more, to say so. @returns the exit code */
  async quit(): Promise<number | null> {
    await this.#browser?.close().catch(() => undefined);
    await this.startAgain(['--quit']);
    const late = setTimeout(QUIT_WITHIN, 'late' as const, { ref: false });
    const code = await Promise.race([this.#exited, late]);
    if (code === 'late') throw new Error(`it did not quit in ${QUIT_WITHIN} ms: ${this.said}`);
    return code;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  async #page(): Promise<Page | undefined> {
    this.#browser ??= await chromium.connectOverCDP(`http://127.0.0.1:${this.#port}`);
    const pages = this.#browser.contexts().flatMap((context) => context.pages());
    return pages.find((page) => page.url().startsWith('mailroom://window/'));
  }
}

/** Chromium's sandbox cannot be had by root, as in many containers. Anybody else tests with it. */
function sandboxOff(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}
