import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CallName } from '../../../core/admin/contract.ts';
import { builtApp } from '../build-app.ts';
import type { Ask, Told } from './program.ts';

const OWN_PAGE = { url: 'mailroom://window/index.html' };

interface Waiting {
  resolve(value: never): void;
  reject(failure: Error): void;
}

/** The built app, running in a process of its own. */
export class BuiltApp {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(sent: readonly unknown[]) => void>();
  #lastId = 0;
  said = '';
  /** Settles with the exit code. */
  readonly exited: Promise<number | null>;

  /** @param folder where the bundles are */
  constructor(data: string, folder: string = builtApp) {
    const program = join(import.meta.dirname, 'program.ts');
    const env = { ...process.env, MAILROOM_DATA: data };
    this.#process = fork(program, [join(folder, 'main', 'entry.mjs')], { env, silent: true, execArgv: [] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
      });
    }
    this.#process.on('message', (told: Told) => this.#take(told));
    this.exited = once(this.#process, 'exit').then(([code]) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the app ended with ${code}: ${this.said}`));
      return code;
    });
  }

  ask<Value>(ask: Ask): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#process.send({ id, ask });
    });
  }

  /** As the window's page does. */
  invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    return this.ask({ op: 'invoke', sender: OWN_PAGE, channel, args });
  }

  async call(name: CallName, args: object = {}): Promise<unknown> {
    const result = (await this.invoke('admin:call', name, args)) as { ok: boolean; value?: unknown };
    if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result)}`);
    return result.value;
  }

  /** What the app sends to its window. */
  onSent(listener: (sent: readonly unknown[]) => void): void {
    this.#listeners.add(listener);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #take(told: Told): void {
    if ('sent' in told) {
      for (const listener of this.#listeners) listener(told.sent);
      return;
    }
    const waiting = this.#waiting.get(told.id);
    this.#waiting.delete(told.id);
    if ('failure' in told) waiting?.reject(new Error(told.failure));
    else waiting?.resolve(told.value as never);
  }
}
