import net from 'node:net';

export interface FastImapOptions {
  /** Octets of the buffer that the socket reads into: for thousands of connections with short replies it may be small. */
  readonly buffer?: number;
  /** Milliseconds without an octet after which the connection is given up; for ever if left out. */
  readonly patience?: number;
}

/** The server answered, and not with OK. */
export class NotOk extends Error {
  override readonly name = 'NotOk';
}

/**
 * The benchmark's connection: writes octets made beforehand and waits for the tagged line, decoding nothing. One command
 * at a time. Made to be far cheaper than any server that answers it.
 */
export class FastImap {
  readonly #socket: net.Socket;
  #tag = Buffer.alloc(0);
  #number = 0;
  /** The unfinished last line of what came so far. */
  #rest = Buffer.alloc(0);
  #octets = 0;
  /** Copies of what came for the command under way, where its reply is wanted. */
  #kept: Buffer[] | undefined;
  #settle: { resolve: (octets: number) => void; reject: (reason: Error) => void } | undefined;
  #failed: Error | undefined;

  /** Connects and waits for the greeting. */
  static async connect(port: number, options: FastImapOptions = {}): Promise<FastImap> {
    const client = new FastImap(port, options);
    try {
      await client.#until(Buffer.from('* '));
    } catch (problem) {
      client.#socket.destroy();
      throw problem;
    }
    return client;
  }

  private constructor(port: number, { buffer: size = 256 * 1024, patience = 0 }: FastImapOptions) {
    const read = Buffer.allocUnsafeSlow(size);
    this.#socket = net.connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: read, callback: (count, buffer) => this.#take((buffer as Buffer).subarray(0, count)) },
    });
    this.#socket.setTimeout(patience, () => this.#socket.destroy(new Error(`no octet in ${patience} ms`)));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /**
   * Sends a command and waits for its OK.
   * @param text the command without tag and CRLF: latin1 text, or octets that may hold literals of the `{n+}` kind.
   * @returns the octets received.
   */
  command(text: string | Buffer): Promise<number> {
    const tag = Buffer.from(`zq${(this.#number++ % 900_000) + 100_000} `, 'latin1');
    const octets = typeof text === 'string' ? Buffer.from(`${text}\r\n`, 'latin1') : text;
    const reply = this.#until(tag);
    this.#socket.write(Buffer.concat([tag, octets]));
    return reply;
  }

  /** The same for one who reads replies: returns all octets received, the tagged line too. */
  async reply(text: string | Buffer): Promise<Buffer> {
    const kept: Buffer[] = [];
    this.#kept = kept;
    try {
      await this.command(text);
    } finally {
      this.#kept = undefined;
    }
    return kept.length === 1 ? kept[0]! : Buffer.concat(kept);
  }

  async login(user: string, password: string): Promise<void> {
    await this.command(`LOGIN ${user} ${password}`);
  }

  /** Cuts the connection and waits until the socket is closed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) return resolve();
      this.#socket.once('close', () => resolve());
      this.#socket.destroy();
    });
  }

  #until(tag: Buffer): Promise<number> {
    if (this.#failed) return Promise.reject(this.#failed);
    this.#tag = tag as Buffer<ArrayBuffer>;
    this.#octets = 0;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** The reply is complete when what came ends with a whole line that begins with the tag. */
  #take(chunk: Buffer): boolean {
    this.#octets += chunk.length;
    this.#kept?.push(Buffer.from(chunk));
    const whole = chunk.at(-1) === 10;
    const lineStart = chunk.lastIndexOf(10, whole ? -2 : -1) + 1;
    const line = lineStart === 0 ? Buffer.concat([this.#rest, chunk]) : chunk.subarray(lineStart);
    if (!whole) {
      this.#rest = Buffer.from(line);
      return true;
    }
    this.#rest = EMPTY;
    if (line.subarray(0, this.#tag.length).equals(this.#tag)) this.#finish(line);
    return true;
  }

  #finish(line: Buffer): void {
    const settle = this.#settle;
    this.#settle = undefined;
    if (line.toString('latin1', this.#tag.length, this.#tag.length + 2) === 'OK') settle?.resolve(this.#octets);
    else settle?.reject(new NotOk(`not OK: ${line.toString('latin1').trim().slice(0, 200)}`));
  }

  #fail(reason: Error): void {
    this.#failed ??= reason;
    this.#settle?.reject(reason);
    this.#settle = undefined;
  }
}

const EMPTY = Buffer.alloc(0);

/** `APPEND mailbox` of these messages as one command with LITERAL+ (RFC 7888, RFC 3502), made once and sent many times. */
export function appendCommand(mailbox: string, messages: readonly { bytes: Buffer; date: Date }[]): Buffer {
  const pieces: Buffer[] = [Buffer.from(`APPEND ${mailbox}`, 'latin1')];
  for (const { bytes, date } of messages) {
    pieces.push(Buffer.from(` "${internalDate(date)}" {${bytes.length}+}\r\n`, 'latin1'), bytes);
  }
  return Buffer.concat([...pieces, Buffer.from('\r\n', 'latin1')]);
}

/** date-time of RFC 9051 section 9, in UTC. */
function internalDate(date: Date): string {
  const [, day, month, year, time] = /, (\d\d) (\w{3}) (\d{4}) (\S+)/.exec(date.toUTCString())!;
  return `${day}-${month}-${year} ${time} +0000`;
}
