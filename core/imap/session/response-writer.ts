import type { Writable } from 'node:stream';
import { CHUNK, ChunkPool } from './chunk-pool.ts';
import { Outlet, type Pace } from './outlet.ts';

/** Content from this size on is handed to the socket as it is instead of being copied into a chunk. */
const LARGE = 16 * 1024;

/** Content of any size goes out in pieces of this size, so that progress shows and memory stays small. */
const PIECE = 256 * 1024;

const NO_OCTETS = /[^\x00-\xff]/;
const LINE_END = /[\r\n\0]/g;

/** Whether a reply has line ends only where it announces a literal, and no NUL (RFC 9051 section 9, CHAR8). */
function isOneReply(text: string): boolean {
  LINE_END.lastIndex = 0;
  for (let found = LINE_END.exec(text); found !== null; found = LINE_END.exec(text)) {
    const literal = /\{(\d+)\}$/.exec(text.slice(Math.max(0, found.index - 20), found.index));
    if (literal === null || text[found.index + 1] !== '\n') return false;
    const end = found.index + 2 + Number(literal[1]);
    if (end > text.length || text.slice(found.index + 2, end).includes('\0')) return false;
    LINE_END.lastIndex = end;
  }
  return true;
}

/** The client has gone; whatever was being written to it ends here. Nobody needs to be told. */
export class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed';
}

/**
 * Gathers a session's replies and hands them to its socket. Text is an octet string (latin1): one character, one octet.
 * Nothing is sent before `flush`, `drained` or a full chunk.
 */
export class ResponseWriter {
  readonly #outlet: Outlet;
  readonly #chunks: ChunkPool;
  #text = '';
  #chunk: Buffer | undefined;
  #used = 0;
  #waiting: { resolve: () => void; reject: (reason: Error) => void } | undefined;
  #closed = false;
  /** Octets handed to the socket so far. */
  octets = 0;
  /** Called when the client has taken what it was slow to take. */
  onDrain = () => {};
  #takenBefore = 0;
  #lastProgress = 0;

  /** @param chunks shared by all connections */
  constructor(socket: Writable, chunks = new ChunkPool(), pace?: Pace) {
    this.#outlet = new Outlet(socket, () => this.#drain(), pace);
    this.#chunks = chunks;
  }

  /** Goes on with the TLS socket that took over after STARTTLS. */
  moveTo(socket: Writable): void {
    this.flush();
    this.#outlet.moveTo(socket);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws Error for characters that are no octets: cut to eight bits they would become others, such as line ends */
  text(octets: string): void {
    if (NO_OCTETS.test(octets)) throw new Error(`These are no octets: ${JSON.stringify(octets.slice(0, 200))}`);
    this.#text += octets;
    if (this.#text.length >= CHUNK) this.#settleText();
  }

  bytes(octets: Uint8Array): void {
    if (this.#text !== '') this.#settleText();
    if (octets.length >= LARGE) {
      this.flush();
      this.#send(octets);
      return;
    }
    if (this.#used + octets.length > CHUNK) this.#sendChunk();
    this.#chunk ??= this.#chunks.take();
    this.#chunk.set(octets, this.#used);
    this.#used += octets.length;
  }

  /**
   * An untagged reply: `* ` text CRLF.
   * @throws Error when it would be read as more than one: nothing that came from outside may make a reply of its own
   */
  untagged(text: string): void {
    if (!isOneReply(text)) throw new Error(`This is more than one reply: ${JSON.stringify(text.slice(0, 200))}`);
    this.text(`* ${text}\r\n`);
  }

  flush(): void {
    if (this.#chunk !== undefined) this.#sendChunk();
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#send(text);
  }

  /**
   * Octets that the operating system has taken so far. What was given to `bytes` when `octets` was this or less is not
   * looked at any more.
   */
  get taken(): number {
    return this.octets - this.#outlet.pending;
  }

  /**
   * For how long the client has taken nothing of what is sent to it, as far as the calls of this method show.
   * @param now milliseconds of the uptime
   */
  stalledFor(now: number): number {
    const { taken } = this;
    if (taken !== this.#takenBefore || this.#outlet.pending === 0) this.#lastProgress = now;
    this.#takenBefore = taken;
    return now - this.#lastProgress;
  }

  /** So much waits for the client that no more should be made for it. */
  get full(): boolean {
    return this.#used + this.#text.length + this.#outlet.pending >= this.#outlet.limit;
  }

  /**
   * Resolves when the client has taken enough for more to be written. To be awaited between the pieces of a long reply.
   * @throws ConnectionClosed
   */
  drained(): Promise<void> | undefined {
    if (this.#closed) return Promise.reject(new ConnectionClosed());
    if (!this.full) return undefined;
    this.flush();
    if (this.#outlet.pending < this.#outlet.limit) return undefined;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /**
   * Writes content of any size at the client's pace.
   * @throws ConnectionClosed
   */
  async content(octets: Uint8Array): Promise<void> {
    for (let at = 0; at < octets.length; at += PIECE) {
      this.bytes(octets.subarray(at, at + PIECE));
      await this.drained();
    }
  }

  /** Nothing more will be written: sends the last of it, whatever the pace. */
  finish(): void {
    this.flush();
    this.#outlet.hurry();
  }

  /** The connection is gone: whoever waits for it is woken, what comes later is dropped. */
  close(): void {
    this.#closed = true;
    this.#outlet.close();
    this.#waiting?.reject(new ConnectionClosed());
    this.#waiting = undefined;
    this.#text = '';
    this.#chunk = undefined;
  }

  /** Moves gathered text behind the content gathered before it. */
  #settleText(): void {
    const text = this.#text;
    this.#text = '';
    if (this.#used + text.length > CHUNK && this.#chunk !== undefined) this.#sendChunk();
    if (text.length >= CHUNK) {
      this.#send(text);
      return;
    }
    this.#chunk ??= this.#chunks.take();
    this.#used += this.#chunk.write(text, this.#used, 'latin1');
  }

  #sendChunk(): void {
    const chunk = this.#chunk!;
    this.#send(chunk.subarray(0, this.#used), (error) => {
      if (!error) this.#chunks.giveBack(chunk);
    });
    this.#chunk = undefined;
    this.#used = 0;
  }

  /** @param taken called when the operating system has taken it and does not look at the memory any more */
  #send(octets: string | Uint8Array, taken?: (error?: Error | null) => void): void {
    if (this.#closed) return;
    this.octets += octets.length;
    this.#outlet.write(octets, taken);
  }

  #drain(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
    this.onDrain();
  }
}
