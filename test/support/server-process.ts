import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { connectToServer } from '../../core/admin/http-client.ts';
import { Waiter } from './waiter.ts';

/** The command as the checkout has it. A bundle of it starts faster, and is what the installed app has. */
export const CHECKOUT_PROGRAM = join(import.meta.dirname, '../../core/cli/main.ts');

export interface ServerOptions {
  /** The data folder; made by the server if it is not there. */
  readonly dataDir: string;
  /** More arguments of `serve`. */
  readonly args?: readonly string[];
  /** The script that is the command; the checkout's own if left out. */
  readonly program?: string;
  /** More arguments of node, before the script. */
  readonly nodeArgs?: readonly string[];
  /** Milliseconds from start to the ready line. */
  readonly timeout?: number;
  /** Files and sockets it may have open at a time, on systems that have such a limit; what the system allows if left out. */
  readonly openFiles?: number;
  /** Kills it (SIGKILL; TerminateProcess on Windows) so many milliseconds after its start, ready or not. */
  readonly killAfter?: number;
}

/** How a server ended: its exit code, or the signal that ended it. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Our server as a process of its own, on loopback and ports of the system's choice. */
export class ServerProcess {
  readonly dataDir: string;
  readonly pid: number;
  /** The port of plain IMAP with STARTTLS. */
  readonly imapPort: number;
  /** The port of IMAP over TLS. */
  readonly imapsPort: number;
  /** Settles when the process has ended. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #output: Output;

  /** Starts a server and waits for its ready line. Throws with all it printed when there is none. */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const fixed = ['serve', '--data', options.dataDir, '--host', '127.0.0.1', '--imap-port', '0', '--imaps-port', '0'];
    const program = options.program ?? CHECKOUT_PROGRAM;
    const args = [...(options.nodeArgs ?? []), program, ...fixed, '--allow-plaintext', ...(options.args ?? [])];
    const limited = ['-c', `ulimit -n ${options.openFiles}; exec "$0" "$@"`, process.execPath, ...args];
    const child =
      options.openFiles === undefined
        ? spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
        : spawn('sh', limited, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = new Output(child);
    if (options.killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), options.killAfter);
    const ended = new Promise<Ending>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
    try {
      const [imap, imaps] = await readyPorts(child, output, options.timeout ?? 20_000);
      return new ServerProcess(child, output, ended, options.dataDir, imap, imaps);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  private constructor(
    child: ChildProcess,
    output: Output,
    ended: Promise<Ending>,
    dataDir: string,
    imapPort: number,
    imapsPort: number,
  ) {
    this.#child = child;
    this.#output = output;
    this.ended = ended;
    this.dataDir = dataDir;
    this.imapPort = imapPort;
    this.imapsPort = imapsPort;
    this.pid = child.pid!;
  }

  /** What it printed so far, both streams. */
  get output(): string {
    return this.#output.text;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Ends it as `mailroom stop` does, which works on every system, and waits; after `patience` milliseconds it is killed and
   * this throws.
   */
  async stop(patience = 15_000): Promise<Ending> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#child.kill('SIGKILL');
    }, patience);
    try {
      if (this.running) await this.#askToEnd().catch((failure: unknown) => this.#giveUp(failure));
      const ending = await this.ended;
      if (late) throw new Error(`the server did not end within ${patience} ms of being told:\n${this.output}`);
      return ending;
    } finally {
      clearTimeout(timer);
    }
  }

  /** No test leaves a server behind. */
  #giveUp(failure: unknown): never {
    this.#child.kill('SIGKILL');
    throw failure;
  }

  async #askToEnd(): Promise<void> {
    const admin = await connectToServer(this.dataDir);
    const told = await admin?.call('server.stop', {});
    admin?.close();
    if (told?.ok !== true) throw new Error(`the server cannot be told to end: ${told?.error.message ?? 'not found'}`);
  }

  /** Kills it without warning (SIGKILL; TerminateProcess on Windows) and waits until it is gone. */
  async kill(): Promise<Ending> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }
}

/**
 * Runs a command of ours to its end, such as `['check', '--data', dir]`. Does not throw for an exit code.
 */
export async function runMailroom(
  args: readonly string[],
  stdin = '',
  { killAfter = 0, program = CHECKOUT_PROGRAM }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const limits = { maxBuffer: 64 << 20, timeout: killAfter, killSignal: 'SIGKILL' } as const;
    const child = execFile(process.execPath, [program, ...args], limits, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.on('error', () => {}); // it may end without reading
    child.stdin?.end(stdin);
  });
}

export interface CommandOptions {
  /** Milliseconds after which it is killed (SIGKILL), if it still runs. */
  readonly killAfter?: number;
  /** As in ServerOptions. */
  readonly program?: string;
}

export interface CommandResult {
  /** The exit code; -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes a user in a data folder that no server has open. */
export async function addUser(dataDir: string, name: string, password: string, program?: string): Promise<void> {
  const args = ['user', 'add', name, '--password-stdin', '--data', dataDir];
  const result = await runMailroom(args, `${password}\n`, program === undefined ? {} : { program });
  if (result.code !== 0) throw new Error(`user add ${name} failed (${result.code}): ${result.stderr}${result.stdout}`);
}

/** Collects what a child prints. */
class Output {
  text = '';
  onText: () => void = () => {};

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.text += text;
        this.onText();
      });
    }
  }
}

async function readyPorts(child: ChildProcess, output: Output, timeout: number): Promise<[number, number]> {
  const waiter = new Waiter<[number, number]>('the ready line', timeout);
  const look = () => {
    const match = /^ready imap=\S*:(\d+) imaps=\S*:(\d+) data=/m.exec(output.text);
    if (match) waiter.resolve([Number(match[1]), Number(match[2])]);
  };
  output.onText = look;
  child.once('error', (error) => waiter.reject(error));
  child.once('close', (code) => waiter.reject(new Error(`the server ended (${code}) before it was ready`)));
  try {
    return await waiter.promise;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${output.text}`, { cause: error });
  } finally {
    output.onText = () => {};
  }
}
