import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Malformed, Refused } from '../../base/errors.ts';
import { connectionLimits, wireLimits } from '../../base/limits.ts';
import { channelBinding } from '../access/channel-binding.ts';
import type { Registry } from '../commands/registry.ts';
import type { ImapDependencies } from '../ports.ts';
import { CommandReceiver, type ReceiverEvent } from '../wire/command-receiver.ts';
import type { ChunkPool } from './chunk-pool.ts';
import { Dispatcher } from './dispatcher.ts';
import { type LiteralBudget, refusalOf } from './literal-policy.ts';
import { ConnectionClosed, ResponseWriter } from './response-writer.ts';
import { Session, type Transport } from './session.ts';

export interface ConnectionOptions {
  readonly id: number;
  /** TLS from the first octet (port 993). */
  readonly implicitTls: boolean;
  /** Nobody logs in before STARTTLS. */
  readonly tlsRequired: boolean;
  readonly address: string;
  readonly loopback: boolean;
  readonly registry: Registry;
  readonly dependencies: ImapDependencies;
  readonly literals: LiteralBudget;
  readonly chunks: ChunkPool;
  readonly onClose: (connection: Connection) => void;
}

/** One client's socket: octets to commands, one command at a time, and the deadlines that end a dead conversation. */
export class Connection implements Transport {
  readonly session: Session;
  readonly address: string;
  readonly loopback: boolean;
  readonly #options: ConnectionOptions;
  readonly #writer: ResponseWriter;
  readonly #receiver: CommandReceiver;
  readonly #dispatcher: Dispatcher;
  #socket: Socket;
  #tls: TLSSocket | undefined;
  #busy = false;
  #pumping = false;
  #ending = false;
  #inputEnded = false;
  #lineWaiter: { resolve: (line: Uint8Array) => void; reject: (reason: Error) => void } | undefined;
  #literalOctets = 0;
  #lastCommand = performance.now();
  #lastHeartbeat = 0;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#options = options;
    this.#socket = socket;
    this.address = options.address;
    this.loopback = options.loopback;
    if (options.implicitTls) this.#socket = this.#tls = this.#wrap(socket);
    this.#writer = new ResponseWriter(this.#socket, options.chunks);
    this.session = new Session(options.id, this, this.#writer, options.registry, options.dependencies);
    const { session } = this;
    this.#receiver = new CommandReceiver({
      get line() {
        return session.state === 'notAuthenticated' ? wireLimits.lineBeforeLogin : wireLimits.line;
      },
    });
    this.#dispatcher = new Dispatcher(session);
    this.#attach(this.#socket);
    // After the handshake: what is offered depends on it.
    if (this.#tls === undefined) this.#greet();
    else this.#tls.once('secure', () => this.#greet());
  }

  get secure(): boolean {
    return this.#tls !== undefined;
  }

  get tlsRequired(): boolean {
    return this.#options.tlsRequired;
  }

  get closed(): boolean {
    return this.#writer.closed;
  }

  startTls(): void {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    plain.removeAllListeners('close');
    this.#receiver.discard();
    this.#tls = this.#wrap(plain);
    this.#socket = this.#tls;
    this.#writer.moveTo(this.#tls);
    this.#attach(this.#tls);
  }

  channelBinding(type: string): Uint8Array | undefined {
    return this.#tls === undefined ? undefined : channelBinding(this.#tls, type);
  }

  nextLine(): Promise<Uint8Array> {
    this.#writer.flush();
    this.#receiver.mode = 'line';
    return new Promise((resolve, reject) => {
      this.#lineWaiter = { resolve, reject };
      // What the client sent ahead is looked at once the command that waits has returned to the event loop.
      setImmediate(() => this.#pump());
    });
  }

  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#writer.flush();
    this.#socket.end();
    setTimeout(() => this.destroy(), connectionLimits.farewell).unref();
  }

  /** The server stops: says so (RFC 9051 section 7.1.5) and ends. */
  bye(text: string): void {
    if (this.#ending || this.closed) return;
    this.#writer.untagged(`BYE ${text}`);
    this.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Called about once a second: applies the deadlines. `now` is performance.now(). */
  watch(now: number): void {
    const { state, idling, options } = this.session;
    if (this.#writer.stalledSince !== undefined && now - this.#writer.stalledSince > connectionLimits.writeStall) {
      this.destroy();
    } else if (state === 'notAuthenticated') {
      if (now - this.#lastCommand > connectionLimits.loginTime) this.bye('Autologout; no login in time');
    } else if (idling) {
      this.#heartbeat(now, options.idleHeartbeat);
    } else if (!this.#busy && now - this.#lastCommand > options.autoLogout) {
      this.bye('Autologout; idle for too long');
    }
  }

  #heartbeat(now: number, interval: number): void {
    if (interval === 0 || now - Math.max(this.#lastHeartbeat, this.#lastCommand) < interval) return;
    this.#lastHeartbeat = now;
    this.#writer.untagged('OK Still here');
    this.#writer.flush();
  }

  #greet(): void {
    const { registry, dependencies } = this.#options;
    const capabilities = registry.capabilities(this.session);
    this.#writer.untagged(`OK [CAPABILITY ${capabilities}] ${dependencies.options.serviceName} ready`);
    this.#writer.flush();
  }

  #wrap(socket: Socket): TLSSocket {
    return new TLSSocket(socket, { isServer: true, secureContext: this.#options.dependencies.tls.secureContext });
  }

  #attach(socket: Socket): void {
    socket.on('data', (chunk) => {
      this.#receiver.push(chunk);
      this.#pump();
    });
    socket.on('close', () => this.#closed());
    // A reset or a failed handshake also closes the socket; there is nobody to tell.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => this.#endOfInput());
  }

  /** The client sends no more, but may still wait for the reply of its last command. */
  #endOfInput(): void {
    this.#inputEnded = true;
    this.#pump();
  }

  /** Works off what has been received, as far as it goes without waiting. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.#ending && !this.closed && (!this.#busy || this.#lineWaiter !== undefined)) {
      const event = this.#receiver.next();
      if (event === undefined) break;
      this.#handle(event);
    }
    this.#pumping = false;
    if (!this.#busy || this.#lineWaiter !== undefined) this.#writer.flush();
    if (this.#inputEnded) this.#afterLastInput();
    this.#regulate();
  }

  /** All that the client sent has been looked at, and no more will come. */
  #afterLastInput(): void {
    this.#takeLineWaiter()?.reject(new ConnectionClosed());
    if (!this.#busy) this.end();
  }

  /** A client that sends ahead without end is not read further until its commands are done. */
  #regulate(): void {
    const full = this.#busy && this.#receiver.buffered > wireLimits.sentAhead;
    if (full !== this.#socket.isPaused()) full ? this.#socket.pause() : this.#socket.resume();
  }

  #handle(event: ReceiverEvent): void {
    switch (event.kind) {
      case 'literal':
        this.#handleLiteral(event);
        break;
      case 'line':
        this.#takeLineWaiter()?.resolve(event.bytes);
        break;
      case 'tooLong':
        this.#handleTooLong(event.head);
        break;
      case 'command':
        this.#lastCommand = performance.now();
        this.#run(this.#dispatcher.dispatch(event.command));
        break;
    }
  }

  #run(running: Promise<void> | undefined): void {
    if (running === undefined) {
      this.#releaseLiterals();
      return;
    }
    this.#busy = true;
    running.then(
      () => this.#done(),
      (problem) => {
        this.#options.dependencies.logger.error({ err: problem }, 'a connection ended through a bug');
        this.destroy();
      },
    );
  }

  #done(): void {
    this.#busy = false;
    this.#lastCommand = performance.now();
    this.#releaseLiterals();
    if (this.closed) {
      this.session.close();
      return;
    }
    this.#pump();
  }

  #handleLiteral(event: Extract<ReceiverEvent, { kind: 'literal' }>): void {
    const refusal = refusalOf(event, this.session) ?? this.#reserve(event.octets);
    if (refusal === undefined) {
      if (event.synchronizing) this.#writer.text('+ Ready for the literal\r\n');
      this.#receiver.acceptLiteral();
      return;
    }
    this.#receiver.refuseLiteral();
    this.#releaseLiterals();
    this.#dispatcher.reject(event.head, refusal);
  }

  #reserve(octets: number): Refused | undefined {
    if (!this.#options.literals.take(octets)) {
      return new Refused('LIMIT', 'The server is busy with other large messages; try again in a moment');
    }
    this.#literalOctets += octets;
    return undefined;
  }

  #releaseLiterals(): void {
    this.#options.literals.giveBack(this.#literalOctets);
    this.#literalOctets = 0;
  }

  /** A line inside AUTHENTICATE or IDLE fails the command that waits for it, any other the command that it begins. */
  #handleTooLong(head: Uint8Array): void {
    const problem = new Malformed('The line is too long');
    const waiter = this.#takeLineWaiter();
    if (waiter === undefined) this.#dispatcher.reject(head, problem);
    else waiter.reject(problem);
  }

  #takeLineWaiter() {
    const waiter = this.#lineWaiter;
    this.#lineWaiter = undefined;
    this.#receiver.mode = 'command';
    return waiter;
  }

  #closed(): void {
    if (this.closed) return;
    this.#writer.close();
    this.#takeLineWaiter()?.reject(new ConnectionClosed());
    this.#receiver.discard();
    this.#options.onClose(this);
    if (this.#busy) return; // the command under way ends first
    this.#releaseLiterals();
    this.session.close();
  }
}
