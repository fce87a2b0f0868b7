import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { connectionLimits } from '../../base/limits.ts';
import { networkOf } from '../../base/network.ts';
import type { SharedSlice } from '../../base/slices.ts';
import type { Turnstile } from '../../base/turnstile.ts';
import { channelBinding } from '../access/channel-binding.ts';
import type { Ends } from '../access/unacknowledged.ts';
import type { Registry } from '../commands/registry.ts';
import type { ImapDependencies, SessionInfo } from '../ports.ts';
import type { Guest } from './admission.ts';
import type { ChunkPool } from './chunk-pool.ts';
import { CommandLoop, type LoopHost } from './command-loop.ts';
import { Deadlines } from './deadlines.ts';
import type { LiteralBudget } from './literal-budget.ts';
import { oneLine } from './one-line.ts';
import { ResponseWriter } from './response-writer.ts';
import { Session, type Transport } from './session.ts';
import { sessionInfoOf } from './session-info.ts';
import type { Suspect } from './vanished-peers.ts';

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
  readonly logins: Turnstile;
  readonly departures: Turnstile;
  /** What those who have not logged in may use of a turn of the event loop, all together. */
  readonly strangers: SharedSlice;
  /** What the administrator is shown of it has changed. */
  readonly onChange: () => void;
  /** The socket is closed and the command that was under way has ended. */
  readonly onClose: (connection: Connection) => void;
}

/** One client's socket: plain, then perhaps TLS; from the greeting to whoever ends the conversation. */
export class Connection implements Transport, Guest, LoopHost, Suspect {
  readonly session: Session;
  readonly writer: ResponseWriter;
  readonly address: string;
  readonly network: string;
  readonly loopback: boolean;
  readonly #options: ConnectionOptions;
  readonly #loop: CommandLoop;
  readonly #deadlines: Deadlines;
  #socket: Socket;
  #tls: TLSSocket | undefined;
  #handshaking = false;
  #ending = false;
  #octetsIn = 0;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.dependencies.uptime());
    this.#socket = socket;
    this.address = options.address;
    this.network = networkOf(options.address);
    this.loopback = options.loopback;
    if (options.implicitTls) this.#socket = this.#tls = this.#wrap(socket);
    const { uptime, options: settings } = options.dependencies;
    this.writer = new ResponseWriter(this.#socket, options.chunks, { rate: () => settings.bandwidth, uptime });
    this.session = new Session(options.id, this, this.writer, options.registry, options.dependencies);
    this.writer.onDrain = () => this.session.changed();
    this.#loop = new CommandLoop(this, options.literals, options.strangers);
    this.#attach(this.#socket);
    // After the handshake: what is offered depends on it.
    if (this.#tls === undefined) this.#greet();
    else this.#tls.once('secure', () => this.#greet());
  }

  get secure(): boolean {
    return this.#tls !== undefined;
  }

  get clientId(): string | undefined {
    return this.session.clientId;
  }

  get tlsRequired(): boolean {
    return this.#options.tlsRequired;
  }

  get closed(): boolean {
    return this.writer.closed;
  }

  get over(): boolean {
    return this.#ending || this.closed;
  }

  get ends(): Ends | undefined {
    const { localPort, remoteAddress, remotePort } = this.#socket;
    if (localPort === undefined || remoteAddress === undefined || remotePort === undefined) return undefined;
    return { localPort, remoteAddress, remotePort };
  }

  get lastActivity(): number {
    return this.#deadlines.lastActivity;
  }

  get info(): SessionInfo {
    const { clock, uptime } = this.#options.dependencies;
    const { begun, lastActivity } = this.#deadlines;
    const { session, address, over } = this;
    const tlsVersion = this.#handshaking ? undefined : (this.#tls?.getProtocol() ?? undefined);
    const octets = { octetsIn: this.#octetsIn, octetsOut: this.writer.taken };
    return sessionInfoOf({ session, address, over, tlsVersion, begun, lastActivity, ...octets }, clock, uptime);
  }

  get isStranger(): boolean {
    return this.session.state === 'notAuthenticated';
  }

  /** No password of his is being checked at this moment. */
  get isIdleStranger(): boolean {
    return this.isStranger && this.#loop.isListening;
  }

  changed(): void {
    this.#options.onChange();
  }

  startTls(): void {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    plain.removeAllListeners('close');
    this.#loop.discard();
    this.#tls = this.#wrap(plain);
    this.#socket = this.#tls;
    this.writer.moveTo(this.#tls);
    this.#attach(this.#tls);
  }

  channelBinding(type: string): Uint8Array | undefined {
    return this.#tls === undefined ? undefined : channelBinding(this.#tls, type);
  }

  nextLine(): Promise<Uint8Array> {
    return this.#loop.nextLine();
  }

  turnToAnswer(): Promise<void> | undefined {
    return this.#options.logins.pass();
  }

  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.session.giveSlotBack();
    this.changed();
    this.writer.finish();
    this.#socket.end();
    setTimeout(() => this.destroy(), connectionLimits.farewell).unref();
  }

  /**
   * Says why (RFC 9051 section 7.1.5) and ends; a command under way may finish first, for what is written into its
   * reply could be taken for a part of a message.
   */
  bye(text: string): void {
    if (this.over) return;
    if (this.#handshaking) {
      this.destroy(); // nothing can be said
      return;
    }
    if (!this.#loop.isListening) {
      this.session.byeAfterReply = text;
      setTimeout(() => this.destroy(), connectionLimits.farewell).unref();
      return;
    }
    this.writer.untagged(`BYE ${oneLine(text)}`);
    this.end();
  }

  /** Makes room for another: ends at once, and says why if that needs no waiting. */
  putOut(): void {
    if (!this.writer.full) {
      this.bye('[UNAVAILABLE] Too many connections wait for a login; log in sooner or try again later');
    }
    this.destroy();
  }

  destroy(): void {
    this.#ending = true;
    this.#socket.destroy();
  }

  /** Called about once a second: applies the deadlines. `now` is milliseconds of the uptime. */
  watch(now: number): void {
    if (this.closed) return;
    const standing = {
      loggedIn: !this.isStranger,
      idling: this.session.idling,
      busy: !this.#loop.isListening,
      literalUnderWay: this.#loop.literals.isUnderWay,
      literalOctets: this.#loop.literals.taken,
      stalledFor: this.writer.stalledFor(now),
    };
    const due = this.#deadlines.due(now, standing, this.session.options);
    if (due === undefined) return;
    if (due === 'cut') this.destroy();
    else if (due === 'heartbeat') this.#heartbeat();
    else this.bye(due.bye);
  }

  setReading(reading: boolean): void {
    if (reading === this.#socket.isPaused()) reading ? this.#socket.resume() : this.#socket.pause();
  }

  commandEnded(): void {
    this.#deadlines.lastActivity = this.#options.dependencies.uptime();
  }

  allOver(): void {
    this.session.close();
    this.#options.onClose(this);
  }

  #heartbeat(): void {
    this.writer.untagged('OK Still here');
    this.writer.flush();
  }

  #greet(): void {
    const { registry, dependencies } = this.#options;
    const capabilities = registry.capabilities(this.session);
    this.writer.untagged(`OK [CAPABILITY ${capabilities}] ${oneLine(dependencies.options.serviceName)} ready`);
    this.writer.flush();
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
      this.#deadlines.lastActivity = this.#options.dependencies.uptime();
      this.#octetsIn += chunk.length;
      this.#loop.push(chunk);
    });
    socket.on('close', () => this.#closed());
    // A reset or a failed handshake also closes the socket; there is nobody to tell.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => this.#departs());
  }

  /** The client sends no more. Hundreds may say so at once: each waits for its turn, but its place is free at once. */
  #departs(): void {
    if (this.#loop.isIdle) this.session.giveSlotBack();
    const turn = this.#options.departures.pass();
    if (turn === undefined) this.#loop.endOfInput();
    else void turn.then(() => this.#loop.endOfInput());
  }

  #closed(): void {
    if (this.closed) return;
    this.writer.close();
    this.session.clientLeft();
    // Who comes and goes while their commands run must not have more of them under way than their sessions are allowed.
    if (this.#loop.isListening) this.session.giveSlotBack();
    this.changed();
    this.#loop.close();
  }
}
