import type { Socket } from 'node:net';
import { connectionLimits, sliceLimits } from '../base/limits.ts';
import { networkOf, plainAddress } from '../base/network.ts';
import { SharedSlice } from '../base/slices.ts';
import { Turnstile } from '../base/turnstile.ts';
import { isLoopback } from './access/address.ts';
import { allCommands } from './commands/all.ts';
import { Registry } from './commands/registry.ts';
import { type Binding, Listener } from './listener.ts';
import type { ImapDependencies, SessionInfo } from './ports.ts';
import { Admission, type ReachedLimit } from './session/admission.ts';
import { ChunkPool } from './session/chunk-pool.ts';
import { Connection } from './session/connection.ts';
import { LiteralBudget } from './session/literal-budget.ts';
import { News } from './session/news.ts';
import { VanishedPeers } from './session/vanished-peers.ts';

/** The IMAP4 service: its listeners and the connections they have accepted. */
export class ImapService {
  readonly #dependencies: ImapDependencies;
  readonly #registry = new Registry(allCommands);
  readonly #literals = new LiteralBudget();
  readonly #chunks = new ChunkPool();
  readonly #logins = new Turnstile(sliceLimits.loginsPerTurn);
  readonly #strangers = new SharedSlice();
  readonly #departures = new Turnstile(sliceLimits.departuresPerTurn);
  readonly #admission: Admission<Connection>;
  /** Who came in by which. A listener that is closed stays here until the last of them has left. */
  readonly #guestsOf = new Map<Listener, Set<Connection>>();
  readonly #vanished: VanishedPeers | undefined;
  readonly #news = new News(connectionLimits.sessionNews);
  readonly #watch: NodeJS.Timeout;
  #lastId = 0;
  readonly #onEmpty = new Set<() => void>();
  /** Since they were last recorded: a flood is one refusal a second, or it would push out all others. */
  #turnedAway: { readonly count: number; readonly address: string; readonly reached: ReachedLimit } | undefined;

  constructor(dependencies: ImapDependencies) {
    this.#dependencies = dependencies;
    const { openFiles, unacknowledged } = dependencies;
    this.#admission = new Admission(openFiles);
    this.#vanished = unacknowledged && new VanishedPeers(unacknowledged);
    this.#watch = setInterval(() => this.#watchAll(), connectionLimits.watchInterval).unref();
  }

  /** Rejects with Node's own error (code EACCES, EADDRINUSE …) when the address cannot be bound. */
  async listen(binding: Binding): Promise<Listener> {
    const take = (socket: Socket, listener: Listener) => this.#accept(socket, listener);
    const listener = await Listener.open(binding, take, this.#dependencies.logger);
    this.#guestsOf.set(listener, new Set());
    return listener;
  }

  /** Everybody who is connected, in the order in which they came. */
  sessions(): readonly SessionInfo[] {
    return [...this.#admission.guests].map((connection) => connection.info);
  }

  /** Ends a session with BYE and this text. False: there is none of that id. */
  disconnect(id: number, text: string): boolean {
    return this.#bye((connection) => connection.session.id === id, text) > 0;
  }

  /** Ends all sessions of a user with BYE and this text. */
  endSessionsOf(accountId: string, text: string): void {
    this.#bye(({ session }) => session.user?.accountId === accountId, text);
  }

  /** Ends all sessions of a user, and those of others that have selected a mailbox of theirs. */
  endSessionsIn(accountId: string, text: string): void {
    this.#bye(
      ({ session }) =>
        session.user?.accountId === accountId || (session.hasView && session.view.mailbox.accountId === accountId),
      text,
    );
  }

  /** Called soon after somebody has come, left, logged in or selected a mailbox. Returns how to stop listening. */
  onSessions(listener: () => void): () => void {
    return this.#news.on(listener);
  }

  /** Takes nobody in there any more, and says BYE to whoever came in by it. */
  closeListener(listener: Listener, text: string): void {
    listener.close();
    for (const connection of this.#guestsOf.get(listener) ?? []) connection.bye(text);
    this.#forgetIfDone(listener);
  }

  /** Closes all listeners, says BYE to everybody and waits until they are gone. Others may be opened afterwards. */
  async endAll(text: string): Promise<void> {
    for (const listener of this.#guestsOf.keys()) this.closeListener(listener, text);
    // Commands whose client has gone may still run, and must not find the store closed.
    if (this.#admission.guests.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty.add(resolve);
      setTimeout(resolve, connectionLimits.farewell + connectionLimits.lastCommands).unref();
    });
  }

  /** The same, for good. */
  async close(): Promise<void> {
    await this.endAll('The server is shutting down');
    clearInterval(this.#watch);
  }

  #bye(isMeant: (connection: Connection) => boolean, text: string): number {
    const meant = [...this.#admission.guests].filter(isMeant);
    for (const connection of meant) connection.bye(text);
    return meant.length;
  }

  #accept(socket: Socket, listener: Listener): void {
    const { implicitTls, tlsRequired = false } = listener.binding;
    const address = plainAddress(socket.remoteAddress ?? '');
    if (!this.#dependencies.access.mayConnect(address)) {
      turnAway(socket, implicitTls ? undefined : 'Connections from your address are not accepted');
      return;
    }
    const reached = this.#admission.makeRoom(networkOf(address));
    if (reached !== undefined) {
      this.#turnedAway = { count: (this.#turnedAway?.count ?? 0) + 1, address, reached };
      turnAway(socket, implicitTls ? undefined : '[UNAVAILABLE] Too many connections; try again later');
      return;
    }
    const connection = new Connection(socket, {
      id: ++this.#lastId,
      implicitTls,
      tlsRequired,
      address,
      loopback: isLoopback(address),
      registry: this.#registry,
      dependencies: this.#dependencies,
      literals: this.#literals,
      chunks: this.#chunks,
      logins: this.#logins,
      departures: this.#departures,
      strangers: this.#strangers,
      onChange: () => this.#news.changed(),
      onClose: (closed) => this.#left(closed, listener),
    });
    this.#admission.add(connection);
    this.#guestsOf.get(listener)?.add(connection);
    this.#news.changed();
  }

  #left(connection: Connection, listener: Listener): void {
    this.#admission.delete(connection);
    this.#guestsOf.get(listener)?.delete(connection);
    this.#forgetIfDone(listener);
    this.#news.changed();
    if (this.#admission.guests.size > 0) return;
    for (const resolve of this.#onEmpty) resolve();
    this.#onEmpty.clear();
  }

  #forgetIfDone(listener: Listener): void {
    if (listener.closed && this.#guestsOf.get(listener)?.size === 0) this.#guestsOf.delete(listener);
  }

  #watchAll(): void {
    const now = this.#dependencies.uptime();
    for (const connection of this.#admission.guests) connection.watch(now);
    void this.#vanished?.look(this.#admission.guests, now);
    this.#recordTurnedAway();
  }

  #recordTurnedAway(): void {
    if (this.#turnedAway === undefined) return;
    const { count, address, reached } = this.#turnedAway;
    this.#turnedAway = undefined;
    const { kind, limit } = reached;
    const others = count === 1 ? '' : ` and ${count - 1} more`;
    const text = `A connection from ${address}${others} was turned away: ${limit} ${IN_THE_WAY[kind]}`;
    const nobody = { user: undefined, clientId: undefined, holders: [], setting: undefined };
    this.#dependencies.refusals.record({ ...nobody, reason: 'tooManyConnections', address, limit, text });
  }
}

/** What there are so many of, as the administrator reads it. */
const IN_THE_WAY: Record<ReachedLimit['kind'], string> = {
  connected: 'connections are open, and so many files and sockets may be',
  beforeLogin: 'connections have not logged in yet, and no more may wait',
  beforeLoginFromThere: 'connections from there have not logged in yet, and no more may wait',
};

/** @param text undefined on a TLS port, where nothing can be said: a handshake would cost what it is to save */
function turnAway(socket: Socket, text: string | undefined): void {
  socket.on('error', () => socket.destroy());
  if (text !== undefined) socket.write(`* BYE ${text}\r\n`);
  socket.destroy();
}
