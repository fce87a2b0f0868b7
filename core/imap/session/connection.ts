import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Malformed, Refused } from '../../base/errors.ts';
import { connectionLimits, wireLimits } from '../../base/limits.ts';
import { networkOf } from '../../base/network.ts';
import { Slice } from '../../base/slices.ts';
import { channelBinding } from '../access/channel-binding.ts';
import type { Registry } from '../commands/registry.ts';
import type { ImapDependencies } from '../ports.ts';
import { CommandReceiver, type ReceiverEvent } from '../wire/command-receiver.ts';
import type { Guest } from './admission.ts';
import type { ChunkPool } from './chunk-pool.ts';
import { Dispatcher } from './dispatcher.ts';
import { isWorthBye, type LiteralBudget, refusalOf } from './literal-policy.ts';
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
  /** The socket is closed and the command that was under way has ended. */
  readonly onClose: (connection: Connection) => void;
}

/** Commands handled before the clock is looked at, which costs a fraction of the smallest of them. */
const EVENTS_BETWEEN_LOOKS = 16;

/** One client's socket: octets to commands, one command at a time, and the deadlines that end a dead conversation. */
export class Connection implements Transport, Guest {
  readonly session: Session;
  readonly address: string;
  readonly network: string;
  readonly loopback: boolean;
  readonly #options: ConnectionOptions;
  readonly #writer: ResponseWriter;
  readonly #receiver: CommandReceiver;
  readonly #dispatcher: Dispatcher;
  #socket: Socket;
  #tls: TLSSocket | undefined;
  #busy = false;
  #pumping = false;
  /** Commands wait here: for the client to read its replies, or for others to have their turn. */
  #resting = false;
  #ending = false;
  #inputEnded = false;
  #handshaking = false;
  #lineWaiter: { resolve: (line: Uint8Array) => void; reject: (reason: Error) => void } | undefined;
  #literalOctets = 0;
  /** For whom they are counted: all of a user's connections together, or all of an address before login. */
  #literalHolder = '';
  /** When the client last sent anything, or a command of its ended. */
  #lastActivity: number;
  #lastHeartbeat = 0;
  readonly #begun: number;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#options = options;
    this.#begun = this.#lastActivity = options.dependencies.uptime();
    this.#socket = socket;
    this.address = options.address;
    this.network = networkOf(options.address);
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

  /**
   * Says why (RFC 9051 section 7.1.5) and ends; a command under way may finish first, for what is written into its
   * reply could be taken for a part of a message.
   */
  bye(text: string): void {
    if (this.#ending || this.closed) return;
    if (this.#busy && this.#lineWaiter === undefined) {
      this.session.byeAfterReply = text;
      setTimeout(() => this.destroy(), connectionLimits.farewell).unref();
      return;
    }
    this.#writer.untagged(`BYE ${text}`);
    this.end();
  }

  /** Makes room for another: ends at once, and says why if that needs no waiting. */
  putOut(): void {
    if (!this.#handshaking && !this.#writer.full) {
      this.bye('[UNAVAILABLE] Too many connections wait for a login; log in sooner or try again later');
    }
    this.destroy();
  }

  get isStranger(): boolean {
    return this.session.state === 'notAuthenticated';
  }

  /** No password of his is being checked at this moment. */
  get isIdleStranger(): boolean {
    return this.isStranger && this.#isListening;
  }

  destroy(): void {
    this.#ending = true;
    this.#socket.destroy();
  }

  /** Called about once a second: applies the deadlines. `now` is milliseconds of the uptime. */
  watch(now: number): void {
    if (this.closed) return;
    const { state, idling, options } = this.session;
    const silence = now - this.#lastActivity;
    if (this.#writer.stalledFor(now) > connectionLimits.writeStall) {
      this.destroy();
    } else if (state === 'notAuthenticated') {
      if (this.isIdleStranger && now - this.#begun > connectionLimits.loginTime) {
        this.bye('Autologout; no login in time');
      }
    } else if (idling) {
      this.#heartbeat(now, options.idleHeartbeat);
    } else if (this.#busy) {
      return;
    } else if (this.#literalOctets > 0 && silence > connectionLimits.literalStall) {
      this.bye('The rest of the literal did not come');
    } else if (silence > options.autoLogout) {
      this.bye('Autologout; idle for too long');
    }
  }

  #heartbeat(now: number, interval: number): void {
    if (interval === 0 || now - Math.max(this.#lastHeartbeat, this.#lastActivity) < interval) return;
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
    const { secureContext } = this.#options.dependencies.tls;
    const tls = new TLSSocket(socket, { isServer: true, secureContext });
    this.#handshaking = true;
    tls.once('secure', () => {
      this.#handshaking = false;
    });
    // What is not TLS after the handshake: without a tls.Server around it the socket tells of it in this way only, and
    // would stay open, deaf.
    tls.on('_tlsError', () => this.destroy());
    return tls;
  }

  #attach(socket: Socket): void {
    socket.on('data', (chunk) => {
      if (this.#ending) return; // nobody will look at it: it must not pile up
      this.#lastActivity = this.#options.dependencies.uptime();
      this.#receiver.push(chunk);
      this.#pump();
    });
    socket.on('drain', () => this.session.changed());
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

  /** Works off what has been received, as far as it goes without waiting. No input may end the process. */
  #pump(): void {
    if (this.#pumping || this.#resting || this.closed) return;
    this.#pumping = true;
    try {
      this.#handleReceived();
    } catch (problem) {
      this.#options.dependencies.logger.error({ err: problem }, 'a connection ended through a bug');
      this.destroy();
    }
    this.#pumping = false;
    if (this.#isListening) this.#writer.flush();
    if (this.#inputEnded && !this.#resting) this.#afterLastInput();
    this.#regulate();
  }

  #handleReceived(): void {
    let slice: Slice | undefined;
    for (let handled = 1; this.#isListening && !this.#resting && !this.#ending && !this.closed; handled++) {
      const event = this.#receiver.next();
      if (event === undefined) return;
      this.#handle(event);
      if (this.#busy) continue;
      const drained = this.#writer.drained();
      if (drained !== undefined) this.#restUntil(drained);
      else if (handled % EVENTS_BETWEEN_LOOKS !== 0) continue;
      else if (slice === undefined) slice = new Slice();
      else if (slice.over) this.#restUntil(slice.rest());
    }
  }

  /** What the client sends next may be looked at. */
  get #isListening(): boolean {
    return !this.#busy || this.#lineWaiter !== undefined;
  }

  /** Many small commands sent at once are like one that takes long: they wait for their reader and let others pass. */
  #restUntil(over: Promise<void>): void {
    this.#resting = true;
    const goOn = () => {
      this.#resting = false;
      this.#pump();
    };
    over.then(goOn, goOn);
  }

  /** All that the client sent has been looked at, and no more will come. */
  #afterLastInput(): void {
    this.#takeLineWaiter()?.reject(new ConnectionClosed());
    if (!this.#busy) this.end();
  }

  /** A client that sends ahead without end is not read further until its commands are done. */
  #regulate(): void {
    const full = (this.#busy || this.#resting) && this.#receiver.buffered > wireLimits.sentAhead;
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
        this.#done();
      },
    );
  }

  #done(): void {
    this.#busy = false;
    this.#lastActivity = this.#options.dependencies.uptime();
    this.#releaseLiterals();
    if (this.closed) this.#over();
    else this.#pump();
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
    if (!event.synchronizing && isWorthBye(event.octets, this.session)) this.bye(`[TOOBIG] ${refusal.message}`);
  }

  #reserve(octets: number): Refused | undefined {
    this.#literalHolder = this.session.user?.accountId ?? this.network;
    if (!this.#options.literals.take(this.#literalHolder, octets)) {
      return new Refused('LIMIT', 'The server is busy with other large messages; try again in a moment');
    }
    this.#literalOctets += octets;
    return undefined;
  }

  #releaseLiterals(): void {
    if (this.#literalOctets > 0) this.#options.literals.giveBack(this.#literalHolder, this.#literalOctets);
    this.#literalOctets = 0;
  }

  /** A line inside AUTHENTICATE or IDLE fails the command that waits for it, any other the command that it begins. */
  #handleTooLong(head: Uint8Array): void {
    const problem = new Malformed('The line is too long');
    const waiter = this.#takeLineWaiter();
    if (waiter !== undefined) {
      waiter.reject(problem);
      return;
    }
    this.#releaseLiterals();
    this.#dispatcher.reject(head, problem);
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
    if (!this.#busy) this.#over(); // a command under way ends first
  }

  #over(): void {
    this.#releaseLiterals();
    this.session.close();
    this.#options.onClose(this);
  }
}
