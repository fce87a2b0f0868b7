import type { Writable } from 'node:stream';
import { connectionLimits } from '../../base/limits.ts';

/** Replies are gathered into pieces of this size, so that a reply of 10,000 lines is some dozens of system calls. */
const CHUNK = 64 * 1024;
/** Content from this size on is handed to the socket as it is instead of being copied into a chunk. */
const LARGE = 16 * 1024;

/** Content of any size goes out in pieces of this size, so that progress shows and memory stays small. */
const PIECE = 256 * 1024;

/** The client has gone; whatever was being written to it ends here. Nobody needs to be told. */
export class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed';
}

/**
 * Gathers a session's replies and hands them to its socket. Text is an octet string (latin1): one character, one octet.
 * Nothing is sent before `flush`, `drained` or a full chunk.
 */
export class ResponseWriter {
  #socket: Writable;
  #text = '';
  #chunk: Buffer | undefined;
  #used = 0;
  /** Chunks of the reply under way that have been sent, with the count of octets after which each is free again. */
  #sentChunks: { readonly chunk: Buffer; readonly freeAfter: number }[] = [];
  #waiting: { resolve: () => void; reject: (reason: Error) => void } | undefined;
  #closed = false;
  /** Octets handed to the socket so far. */
  octets = 0;
  /** Since when the client has not taken what was sent (milliseconds of performance.now()), or undefined. */
  stalledSince: number | undefined;

  constructor(socket: Writable) {
    this.#socket = socket;
    this.#watch(socket);
  }

  /** Goes on with the TLS socket that took over after STARTTLS. */
  moveTo(socket: Writable): void {
    this.flush();
    this.#socket = socket;
    this.#watch(socket);
  }

  get closed(): boolean {
    return this.#closed;
  }

  text(octets: string): void {
    this.#text += octets;
    if (this.#text.length >= CHUNK) this.#settleText();
  }

  bytes(octets: Uint8Array): void {
    if (this.#text !== '') this.#settleText();
    if (octets.length >= LARGE) {
      this.#handOver();
      this.#send(octets);
      return;
    }
    if (this.#used + octets.length > CHUNK) this.#sendChunk();
    this.#chunk ??= this.#freeChunk();
    this.#chunk.set(octets, this.#used);
    this.#used += octets.length;
  }

  /** An untagged reply: `* ` text CRLF. */
  untagged(text: string): void {
    this.text(`* ${text}\r\n`);
  }

  /** Sends what is gathered: a reply is complete. What served to gather it is let go, so that an idle connection is small. */
  flush(): void {
    this.#handOver();
    this.#sentChunks = [];
  }

  /**
   * Octets that the operating system has taken so far. What was given to `bytes` when `octets` was this or less is not
   * looked at any more.
   */
  get taken(): number {
    return this.octets - this.#socket.writableLength;
  }

  /**
   * Resolves when the client has taken enough for more to be written. To be awaited between the pieces of a long reply.
   * @throws ConnectionClosed
   */
  drained(): Promise<void> | undefined {
    if (this.#closed) return Promise.reject(new ConnectionClosed());
    const gathered = this.#used + this.#text.length;
    if (gathered + this.#socket.writableLength < connectionLimits.writeBuffer) return undefined;
    this.#handOver();
    if (this.#socket.writableLength < connectionLimits.writeBuffer) return undefined;
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

  /** The connection is gone: whoever waits for it is woken, what comes later is dropped. */
  close(): void {
    this.#closed = true;
    this.#waiting?.reject(new ConnectionClosed());
    this.#waiting = undefined;
    this.#text = '';
    this.#chunk = undefined;
    this.#sentChunks = [];
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
    this.#chunk ??= this.#freeChunk();
    this.#used += this.#chunk.write(text, this.#used, 'latin1');
  }

  #handOver(): void {
    if (this.#chunk !== undefined) this.#sendChunk();
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#send(text);
  }

  #sendChunk(): void {
    const chunk = this.#chunk!;
    this.#send(chunk.subarray(0, this.#used));
    this.#chunk = undefined;
    this.#used = 0;
    this.#sentChunks.push({ chunk, freeAfter: this.octets });
  }

  /** A long reply uses the same few chunks again and again. */
  #freeChunk(): Buffer {
    const oldest = this.#sentChunks[0];
    if (oldest === undefined || oldest.freeAfter > this.taken) return Buffer.allocUnsafeSlow(CHUNK);
    this.#sentChunks.shift();
    return oldest.chunk;
  }

  #send(octets: string | Uint8Array): void {
    if (this.#closed) return;
    this.octets += octets.length;
    const taken = typeof octets === 'string' ? this.#socket.write(octets, 'latin1') : this.#socket.write(octets);
    if (!taken) this.stalledSince ??= performance.now();
  }

  #watch(socket: Writable): void {
    socket.on('drain', () => {
      this.stalledSince = undefined;
      this.#waiting?.resolve();
      this.#waiting = undefined;
    });
  }
}
