import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { WriteStream } from 'node:tty';
import { type Clock, systemClock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { type Random, systemRandom } from '../base/random.ts';
import { defaultDataFolder } from './data-folder.ts';

/** What a command meets outside itself. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** The home folder of who runs the command. */
  readonly home: string;
  /** The data folder when nobody names one. */
  readonly defaultData: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Resolves so many milliseconds later. */
  pause(milliseconds: number): Promise<void>;
  /** Called when a signal asks to end, which then no longer ends the process; the second one does. Returns how to stop that. */
  onInterrupt(listener: () => void): () => void;
}

export interface Terminal {
  /** Writes to stdout: results, which other programs may read. */
  out(text: string): void;
  /** Writes to stderr: everything said to people. */
  err(text: string): void;
  /** All of stdin. */
  input(): Promise<string>;
  /** Asks a person for what nobody may see. Undefined: stdin is no keyboard. @throws UserError when they give up. */
  readonly askUnseen: ((question: string) => Promise<string>) | undefined;
  /** Stderr when it is a screen, on which a progress bar can move. */
  readonly screen: WriteStream | undefined;
  /** Settles when nobody reads stdout any more (`| head`). Most commands do not mind: their work is not in what they say. */
  readonly unread: Promise<void>;
}

export function systemSurroundings(): Surroundings {
  const { env, platform } = process;
  const place = { env, platform, home: homedir() };
  return {
    ...{ ...place, defaultData: defaultDataFolder(place) },
    ...{ terminal: systemTerminal(), clock: systemClock, random: systemRandom },
    pause: (milliseconds) => setTimeout(milliseconds),
    onInterrupt,
  };
}

/** Ctrl+C, `kill`, and a terminal that is closed: on Windows SIGHUP, and SIGBREAK for Ctrl+Break. */
export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

function onInterrupt(listener: () => void): () => void {
  for (const signal of ENDING_SIGNALS) process.once(signal, listener);
  return () => {
    for (const signal of ENDING_SIGNALS) process.off(signal, listener);
  };
}

function systemTerminal(): Terminal {
  const { promise: unread, resolve } = Promise.withResolvers<void>();
  process.stdout.on('error', (error) => {
    ignoreClosedPipe(error);
    resolve();
  });
  process.stderr.on('error', () => {}); // there is nobody left to tell
  return {
    out: (text) => void process.stdout.write(text),
    err: tell,
    input: readInput,
    askUnseen: process.stdin.isTTY ? askUnseen : undefined,
    screen: process.stderr.isTTY ? process.stderr : undefined,
    unread,
  };
}

/** What cannot be said must end nobody: stderr may be a file on a full disk, which throws at the write itself. */
function tell(text: string): void {
  try {
    process.stderr.write(text);
  } catch {
    // The log file may still take it.
  }
}

/** Whoever reads our output may stop early (`| head`); that is no failure. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** The line is edited as usual, but what would show it goes nowhere. */
async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const editor = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  editor.once('line', resolve);
  const giveUp = () => reject(new UserError('No password was typed: nothing was changed'));
  editor.once('SIGINT', giveUp).once('close', giveUp);
  try {
    return await promise;
  } finally {
    editor.close();
    process.stderr.write('\n');
  }
}

async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
