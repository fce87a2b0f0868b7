import { constants, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { logLimits } from '../base/limits.ts';

export type OpenLogFile = Pick<FileHandle, 'appendFile' | 'stat' | 'truncate' | 'close' | 'fd'>;

/** A parameter, so that tests can fail them. */
export interface LogFileCalls {
  mkdir(path: string, options: { readonly recursive: true; readonly mode: number }): Promise<unknown>;
  open(path: string, flags: number, mode: number): Promise<OpenLogFile>;
  readdir(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string): Promise<void>;
}

const systemCalls: LogFileCalls = { mkdir, open, readdir, rename, rm };

/** What the log has to say of itself, once for each time it begins. */
export interface LogFileWatcher {
  /** Lines wait in memory, as far as there is room for them. */
  notWritten(error: unknown): void;
  /** It is written again; so many lines are lost. */
  lost(lines: number): void;
  /** A full file stays in use until it can be put aside. */
  notPutAside(error: unknown): void;
}

/**
 * `mailroom.log` in a folder, and the files put aside when it is full: `mailroom.1.log`, the newest, and so on. Whatever the
 * disk or another program does, nothing here throws and nobody waits for it: a log must not end what it tells of.
 */
export class LogFile {
  readonly #folder: string;
  readonly #watcher: LogFileWatcher;
  readonly #calls: LogFileCalls;
  /** Lines that are not in the file yet. */
  #waiting: string[] = [];
  #waitingOctets = 0;
  #lost = 0;
  #file: OpenLogFile | undefined;
  /** Octets in the file. */
  #size = 0;
  /** Octets from which on it is to be put aside. */
  #full: number = logLimits.file;
  #running: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #failing = false;
  #closing = false;
  #closed = false;

  constructor(folder: string, watcher: LogFileWatcher, calls: LogFileCalls = systemCalls) {
    this.#folder = folder;
    this.#watcher = watcher;
    this.#calls = calls;
  }

  write(line: string): void {
    if (this.#closed) return;
    const octets = Buffer.byteLength(line);
    if (this.#waitingOctets + octets > logLimits.waiting) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingOctets += octets;
    if (this.#again === undefined) this.#running ??= this.#run();
  }

  /** Writes what waits, if that is possible now. Never rejects. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#again);
    await this.#running;
    this.#running = this.#run();
    await this.#running;
    this.#closed = true;
    await this.#closeFile();
  }

  /** The same for a process that ends at once. What is being written may be there twice. */
  writeNow(): void {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file.fd, this.#waiting.join(''));
      this.#waiting = [];
    } catch {
      // There is nobody to tell.
    }
  }

  /** Writes what waits. Never rejects. */
  async #run(): Promise<void> {
    this.#again = undefined;
    await undefined; // what is returned is in #running before that is taken back below
    try {
      while (this.#waiting.length > 0) await this.#writeWaiting();
    } catch (error) {
      await this.#closeFile();
      if (!this.#failing) this.#watcher.notWritten(error);
      this.#failing = true;
      if (this.#closing) return;
      this.#again = setTimeout(() => {
        this.#running = this.#run();
      }, logLimits.again).unref();
    }
    // In the same breath as the last look: a line that came between the two would wait for the next.
    this.#running = undefined;
  }

  async #writeWaiting(): Promise<void> {
    const count = this.#waiting.length;
    const octets = this.#waitingOctets;
    const text = this.#waiting.join('');
    this.#file ??= await this.#open();
    if (this.#size > 0 && this.#size + octets > this.#full) await this.#putAside();
    this.#file ??= await this.#open();
    await this.#append(this.#file, text);
    this.#size += octets;
    this.#waiting.splice(0, count);
    this.#waitingOctets -= octets;
    this.#recovered();
  }

  /** All or nothing: half a line would spoil the next. */
  async #append(file: OpenLogFile, text: string): Promise<void> {
    try {
      await file.appendFile(text);
    } catch (error) {
      await file.truncate(this.#size).catch(() => undefined);
      throw error;
    }
  }

  #recovered(): void {
    this.#failing = false;
    const lost = this.#lost;
    this.#lost = 0;
    if (lost > 0) this.#watcher.lost(lost);
  }

  async #open(): Promise<OpenLogFile> {
    await this.#calls.mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = await this.#calls.open(join(this.#folder, NAME), APPEND, 0o600);
    this.#size = (await file.stat()).size;
    return file;
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }

  /** Another program may have one of the files: then it goes on in the same one, and tries again later. */
  async #putAside(): Promise<void> {
    await this.#closeFile();
    try {
      await this.#shift();
      this.#full = logLimits.file;
    } catch (error) {
      if (this.#full === logLimits.file) this.#watcher.notPutAside(error);
      this.#full = this.#size + logLimits.fullAgain;
    }
  }

  /** Each file takes the next number. A number that is free, as after a try that failed midway, stops the row. */
  async #shift(): Promise<void> {
    const present = new Set(await this.#calls.readdir(this.#folder));
    let free = 1;
    while (free < logLimits.kept && present.has(aside(free))) free++;
    if (present.has(aside(free))) await this.#calls.rm(join(this.#folder, aside(free)));
    for (let number = free - 1; number >= 1; number--) {
      await this.#calls.rename(join(this.#folder, aside(number)), join(this.#folder, aside(number + 1)));
    }
    await this.#calls.rename(join(this.#folder, NAME), join(this.#folder, aside(1)));
  }
}

const NAME = 'mailroom.log';
/** At its end, and never through a link that somebody put there (Windows has no such flag). */
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

function aside(number: number): string {
  return `mailroom.${number}.log`;
}
