import net from 'node:net';
import tls from 'node:tls';
import { ResponseReader } from './response-reader.ts';
import { ConnectionFailed, Waiter } from './waiter.ts';

export { ConnectionFailed };

export interface ConnectOptions {
  readonly port: number;
  readonly host?: string;
  /** The client's own address, where the system has several: on Linux all of 127.0.0.0/8. */
  readonly localAddress?: string;
  /** TLS from the first octet, any certificate is taken. */
  readonly tls?: boolean;
  /** Milliseconds that any one wait may take. */
  readonly timeout?: number;
  /** How literals are sent unless a call says otherwise: waiting for `+`, or as LITERAL+ (RFC 7888). */
  readonly literals?: LiteralStyle;
  /** Bytes that the server sends are not read until `resume()`: a client that never reads. */
  readonly paused?: boolean;
}

export type LiteralStyle = 'sync' | 'plus';

/** A command's text; a Buffer is sent as a literal, with its `{n}` before it. Strings are latin1. */
export type CommandText = string | readonly (string | Buffer)[];

/** A tagged reply and what came before it. */
export interface Reply {
  readonly tag: string;
  readonly status: 'OK' | 'NO' | 'BAD';
  /** What stands in brackets, such as `APPENDUID 38505 3955`. */
  readonly code: string | undefined;
  readonly text: string;
  /** Untagged responses since the tagged reply before, latin1, literals inline as `{n}CRLF…`, without the last CRLF. */
  readonly untagged: string[];
}

export interface AppendOptions {
  readonly flags?: readonly string[];
  /** INTERNALDATE as protocol text, such as `17-Jul-1996 02:44:25 -0700`. */
  readonly date?: string;
  readonly literals?: LiteralStyle;
}

/**
 * An IMAP client that understands no more than lines, literals and tags, so that a test sees what the server really
 * sent. Commands may be called without awaiting those before: they are pipelined.
 */
export class RawImap {
  /** The first line, with its `* `. */
  greeting = '';
  /** Settles when the connection has ended, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;
  #socket: net.Socket;
  readonly #timeout: number;
  readonly #literals: LiteralStyle;
  readonly #replies = new Map<string, Waiter<Reply>>();
  readonly #unclaimed = new Map<string, Reply>();
  #untaggedWaiters: { re: RegExp; waiter: Waiter<string> }[] = [];
  #continuationWaiters: Waiter<string>[] = [];
  readonly #continuations: string[] = [];
  readonly #waiting = new Set<Waiter<unknown>>();
  #untagged: string[] = [];
  /** How many of `#untagged` expectUntagged() has passed. */
  #looked = 0;
  #tagNumber = 0;
  #sending: Promise<unknown> | undefined;
  #idle: Promise<Reply> | undefined;
  #ended: Error | undefined;
  #markClosed: () => void = () => {};

  /** Connects and waits for the greeting. */
  static async connect(options: ConnectOptions): Promise<RawImap> {
    const { host = '127.0.0.1', port, localAddress } = options;
    const place = { host, port, ...(localAddress !== undefined && { localAddress }) };
    const socket = options.tls ? tls.connect({ ...place, rejectUnauthorized: false }) : net.connect(place);
    const client = new RawImap(socket, options);
    if (options.paused) {
      socket.pause();
      return client;
    }
    client.greeting = await client.expectUntagged(/^\* (OK|PREAUTH|BYE)/);
    client.#untagged = [];
    client.#looked = 0;
    return client;
  }

  private constructor(socket: net.Socket, options: ConnectOptions) {
    this.#socket = socket;
    this.#timeout = options.timeout ?? 20_000;
    this.#literals = options.literals ?? 'sync';
    this.closed = new Promise((resolve) => {
      this.#markClosed = resolve;
    });
    socket.setNoDelay(true);
    this.#listen();
  }

  /** Sends a command under a new tag and waits for its reply, whatever that is. */
  async command(text: CommandText, literals: LiteralStyle = this.#literals): Promise<Reply> {
    this.#tagNumber++;
    const tag = `a${this.#tagNumber}`;
    const reply = this.reply(tag);
    reply.catch(() => {}); // the caller's await below reports it
    const parts = typeof text === 'string' ? [text] : text;
    if (this.#sending === undefined && (literals === 'plus' || !parts.some((part) => typeof part !== 'string'))) {
      this.#socket.write(joined(tag, parts));
    } else {
      await this.#inTurn(() => this.#sendParts(tag, parts, literals, reply));
    }
    return reply;
  }

  /** The same, and throws unless the reply is OK. */
  async ok(text: CommandText, literals?: LiteralStyle): Promise<Reply> {
    const reply = await this.command(text, literals);
    if (reply.status === 'OK') return reply;
    const shown =
      typeof text === 'string' ? text : text.map((part) => (typeof part === 'string' ? part : '{…}')).join('');
    throw new Error(`${shown}: ${reply.status} ${reply.code ? `[${reply.code}] ` : ''}${reply.text}`);
  }

  async login(user: string, password: string): Promise<Reply> {
    return this.ok(`LOGIN ${quoted(user)} ${quoted(password)}`);
  }

  async append(mailbox: string, bytes: Buffer, options: AppendOptions = {}): Promise<Reply> {
    return this.command([`APPEND ${quoted(mailbox)}`, ...appendParts(bytes, options)], options.literals);
  }

  /** One MULTIAPPEND (RFC 3502). */
  async appendMany(
    mailbox: string,
    messages: readonly (AppendOptions & { readonly bytes: Buffer })[],
    literals?: LiteralStyle,
  ): Promise<Reply> {
    const parts = messages.flatMap((message) => appendParts(message.bytes, message));
    return this.command([`APPEND ${quoted(mailbox)}`, ...parts], literals);
  }

  /** Sends IDLE and waits until the server has entered it. End it with `done()`. */
  async idle(): Promise<void> {
    this.#tagNumber++;
    const reply = this.reply(`a${this.#tagNumber}`);
    reply.catch(() => {}); // done() reports it
    this.#socket.write(`a${this.#tagNumber} IDLE\r\n`);
    const refused = await Promise.race([reply, this.expectContinuation()]);
    if (typeof refused === 'object') throw new Error(`IDLE: ${refused.status} ${refused.text}`);
    this.#idle = reply;
  }

  /** Ends IDLE. */
  async done(): Promise<Reply> {
    if (!this.#idle) throw new Error('done() without idle()');
    this.#socket.write('DONE\r\n');
    return this.#idle.finally(() => {
      this.#idle = undefined;
    });
  }

  /** Writes octets as they are; strings are latin1. For replies to tags sent this way see `reply()`. */
  send(raw: string | Buffer): void {
    this.#socket.write(typeof raw === 'string' ? Buffer.from(raw, 'latin1') : raw);
  }

  /** The tagged reply to a tag, come already or still to come. */
  reply(tag: string): Promise<Reply> {
    const come = this.#unclaimed.get(tag);
    this.#unclaimed.delete(tag);
    if (come) return Promise.resolve(come);
    return this.#wait(`the reply to ${tag}`, (waiter) => this.#replies.set(tag, waiter));
  }

  /**
   * The next untagged response that fits, among those since the last tagged reply that no earlier call has passed, and
   * those to come.
   */
  expectUntagged(re: RegExp, timeout?: number): Promise<string> {
    const at = this.#untagged.findIndex((line, i) => i >= this.#looked && re.test(line));
    if (at >= 0) {
      this.#looked = at + 1;
      return Promise.resolve(this.#untagged[at]!);
    }
    return this.#wait(
      `an untagged ${re}`,
      (waiter) => {
        this.#untaggedWaiters = [...this.#untaggedWaiters.filter((each) => !each.waiter.over), { re, waiter }];
      },
      timeout,
    );
  }

  /** The next `+` line, without `+ `. */
  expectContinuation(timeout?: number): Promise<string> {
    const come = this.#continuations.shift();
    if (come !== undefined) return Promise.resolve(come);
    return this.#wait(
      'a continuation',
      (waiter) => {
        this.#continuationWaiters = [...this.#continuationWaiters.filter((each) => !each.over), waiter];
      },
      timeout,
    );
  }

  /** STARTTLS and the handshake. */
  async startTls(): Promise<void> {
    await this.ok('STARTTLS');
    await this.upgradeToTls();
  }

  /** The handshake alone, after a STARTTLS that was sent by hand. */
  async upgradeToTls(): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners();
    const secure = tls.connect({ socket: plain, rejectUnauthorized: false });
    this.#socket = secure;
    this.#listen();
    await this.#wait('the TLS handshake', (waiter) => secure.once('secureConnect', () => waiter.resolve(true)));
  }

  /** Reads no more until `resume()`. */
  pause(): void {
    this.#socket.pause();
  }

  /** Cuts the connection with a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Starts reading on a connection made with `paused`. */
  resume(): void {
    this.#socket.resume();
  }

  /** Ends our direction; the server may still answer. */
  end(): void {
    this.#socket.end();
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#socket.destroy();
  }

  async logout(): Promise<void> {
    await this.ok('LOGOUT');
    this.end();
    await this.closed;
  }

  #listen(): void {
    const reader = new ResponseReader((response) => this.#take(response.toString('latin1')));
    this.#socket.on('data', (chunk: Buffer) => reader.push(chunk));
    this.#socket.on('error', (error) => this.#end(new ConnectionFailed(error.message)));
    this.#socket.on('close', () => this.#end(new ConnectionFailed('the server closed the connection')));
  }

  #take(line: string): void {
    const tagged = TAGGED.exec(line);
    if (line.startsWith('* ')) this.#takeUntagged(line);
    else if (line === '+' || line.startsWith('+ ')) this.#takeContinuation(line.slice(2));
    else if (tagged) this.#takeTagged(tagged);
    else this.#end(new ConnectionFailed(`not a response: ${JSON.stringify(line.slice(0, 200))}`));
  }

  #takeUntagged(line: string): void {
    this.#untagged.push(line);
    const waiting = this.#untaggedWaiters.find(({ re, waiter }) => !waiter.over && re.test(line));
    if (!waiting) return;
    this.#looked = this.#untagged.length;
    waiting.waiter.resolve(line);
  }

  #takeContinuation(text: string): void {
    const waiter = this.#continuationWaiters.find((each) => !each.over);
    if (waiter) waiter.resolve(text);
    else this.#continuations.push(text);
  }

  #takeTagged([, tag = '', status, code, text = '']: RegExpExecArray): void {
    const reply: Reply = { tag, status: status as Reply['status'], code, text, untagged: this.#untagged };
    this.#untagged = [];
    this.#looked = 0;
    const waiter = this.#replies.get(tag);
    this.#replies.delete(tag);
    if (waiter) waiter.resolve(reply);
    else this.#unclaimed.set(tag, reply);
  }

  /** Lets commands with synchronizing literals have the line to themselves. */
  async #inTurn(send: () => Promise<void>): Promise<void> {
    const turn = (this.#sending ?? Promise.resolve()).then(send);
    const settled = turn.catch(() => {});
    this.#sending = settled;
    await settled;
    if (this.#sending === settled) this.#sending = undefined;
  }

  async #sendParts(tag: string, parts: readonly (string | Buffer)[], style: LiteralStyle, reply: Promise<Reply>) {
    let text = `${tag} `;
    for (const part of parts) {
      if (typeof part === 'string') {
        text += part;
      } else if (style === 'plus') {
        this.#socket.write(Buffer.concat([Buffer.from(`${text}{${part.length}+}\r\n`, 'latin1'), part]));
        text = '';
      } else {
        this.send(`${text}{${part.length}}\r\n`);
        const refused = await Promise.race([reply.then(() => true), this.expectContinuation().then(() => false)]);
        if (refused) return this.#forgetContinuation();
        this.#socket.write(part);
        text = '';
      }
    }
    this.send(`${text}\r\n`);
  }

  /** The reply came instead of `+`: nobody waits for that any more. */
  #forgetContinuation(): void {
    this.#continuationWaiters.find((each) => !each.over)?.resolve('');
  }

  #wait<T>(what: string, register: (waiter: Waiter<T>) => void, timeout = this.#timeout): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    const waiter = new Waiter<T>(what, timeout, () => this.#waiting.delete(waiter as Waiter<unknown>));
    this.#waiting.add(waiter as Waiter<unknown>);
    register(waiter);
    return waiter.promise;
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const waiter of this.#waiting) waiter.reject(this.#ended);
    this.#socket.destroy();
    this.#markClosed();
  }
}

const TAGGED = /^([^\s*+]\S*) (OK|NO|BAD) ?(?:\[([^\]]*)\] ?)?(.*)$/s;

/** A quoted string (RFC 9051 section 9); the text must be without CR, LF and NUL. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function appendParts(bytes: Buffer, options: AppendOptions): (string | Buffer)[] {
  const flags = options.flags ? ` (${options.flags.join(' ')})` : '';
  const date = options.date ? ` "${options.date}"` : '';
  return [`${flags}${date} `, bytes];
}

/** The whole command in one buffer, literals as LITERAL+. */
function joined(tag: string, parts: readonly (string | Buffer)[]): Buffer {
  const pieces: Buffer[] = [];
  let text = `${tag} `;
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      pieces.push(Buffer.from(`${text}{${part.length}+}\r\n`, 'latin1'), part);
      text = '';
    }
  }
  pieces.push(Buffer.from(`${text}\r\n`, 'latin1'));
  return Buffer.concat(pieces);
}
