import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';
import type { ExitCode } from './failure.ts';
import { runCommandLine } from './program.ts';
import type { Surroundings } from './surroundings.ts';

/** What a call of the command printed and how it ended. */
export interface Outcome {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Calls the command inside the test's process, on a folder of the test's own. */
export class CommandLine {
  /** Everything of the test is in here. */
  readonly folder: string;
  readonly data: string;

  static async make(): Promise<CommandLine> {
    return new CommandLine(await mkdtemp(join(tmpdir(), 'mailroom-cli-')));
  }

  /** @param data the data folder of a server, which the test removes with the server */
  static async on(data: string): Promise<CommandLine> {
    return new CommandLine(await mkdtemp(join(tmpdir(), 'mailroom-cli-')), data);
  }

  private constructor(folder: string, data = join(folder, 'data')) {
    this.folder = folder;
    this.data = data;
  }

  /** Runs it without `--data`: the environment names the folder. @param typed what a person types unseen, at a terminal */
  async run(args: readonly string[], input = '', typed?: string[]): Promise<Outcome> {
    const printed = { out: '', err: '' };
    const code = await runCommandLine(args, this.surroundings(input, printed, typed));
    return { code, ...printed };
  }

  /** What a command meets. Its pauses take no time. @param printed gets what is printed */
  surroundings(input = '', printed = { out: '', err: '' }, typed?: string[]): Surroundings {
    return {
      terminal: {
        out: (text) => {
          printed.out += text;
        },
        err: (text) => {
          printed.err += text;
        },
        input: async () => input,
        askUnseen: typed === undefined ? undefined : async () => typed.shift() ?? '',
        screen: undefined,
        unread: new Promise(() => {}),
      },
      env: { MAILROOM_DATA: this.data },
      platform: process.platform,
      home: this.folder,
      defaultData: this.data,
      clock: systemClock,
      random: systemRandom,
      pause: async () => {},
      onInterrupt: () => () => {},
    };
  }

  /** Throws when it does not end well. Returns stdout. */
  async must(args: readonly string[], input = ''): Promise<string> {
    const { code, out, err } = await this.run(args, input);
    if (code !== 0) throw new Error(`mailroom ${args.join(' ')} ended with ${code}: ${err}`);
    return out;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
