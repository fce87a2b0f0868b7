import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { connectionLimits } from '../base/limits.ts';
import { networkOf, plainAddress } from '../base/network.ts';
import { isLoopback } from './access/address.ts';
import { allCommands } from './commands/all.ts';
import { Registry } from './commands/registry.ts';
import type { ImapDependencies } from './ports.ts';
import { Admission } from './session/admission.ts';
import { ChunkPool } from './session/chunk-pool.ts';
import { Connection } from './session/connection.ts';
import { LiteralBudget } from './session/literal-policy.ts';

/** Where the service listens. */
export interface Binding {
  /** Undefined: all addresses of this machine. */
  readonly host: string | undefined;
  /** 0 = any free port. */
  readonly port: number;
  /** TLS from the first octet, otherwise plain with STARTTLS. */
  readonly implicitTls: boolean;
  /** Plain, but nobody logs in before STARTTLS. */
  readonly tlsRequired?: boolean;
}

/** The IMAP4 service: its listeners and the connections they have accepted. */
export class ImapService {
  readonly #dependencies: ImapDependencies;
  readonly #registry = new Registry(allCommands);
  readonly #literals = new LiteralBudget();
  readonly #chunks = new ChunkPool();
  readonly #admission: Admission<Connection>;
  readonly #servers = new Set<Server>();
  readonly #watch: NodeJS.Timeout;
  #lastId = 0;
  #onEmpty = () => {};
  /** Since the log last told of it. */
  #refused = 0;

  constructor(dependencies: ImapDependencies) {
    this.#dependencies = dependencies;
    this.#admission = new Admission(dependencies.openFiles);
    this.#watch = setInterval(() => this.#watchAll(), connectionLimits.watchInterval).unref();
  }

  /** Resolves with the port. Rejects with Node's own error (code EACCES, EADDRINUSE …) when the address cannot be bound. */
  listen(binding: Binding): Promise<number> {
    const server = createServer({
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: connectionLimits.keepAlive,
      allowHalfOpen: true,
    });
    server.on('connection', (socket) => this.#accept(socket, binding));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      const { host, port } = binding;
      server.listen({ ...(host !== undefined && { host }), port, backlog: connectionLimits.listenBacklog }, () => {
        server.off('error', reject);
        server.on('error', (problem) => this.#dependencies.logger.error({ err: problem }, 'a listener failed'));
        this.#servers.add(server);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes no more connections, says BYE to those there are and waits until they are gone. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    const closed = [...this.#servers].map((server) => new Promise((resolve) => server.close(resolve)));
    for (const connection of this.#admission.guests) connection.bye('The server is shutting down');
    await Promise.all(closed);
    // Commands whose client has gone may still run, and must not find the store closed.
    if (this.#admission.guests.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      setTimeout(resolve, connectionLimits.lastCommands).unref();
    });
  }

  #left(connection: Connection): void {
    this.#admission.delete(connection);
    if (this.#admission.guests.size === 0) this.#onEmpty();
  }

  #accept(socket: Socket, { implicitTls, tlsRequired = false }: Binding): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (!this.#admission.makeRoom(networkOf(address))) {
      this.#refused++;
      socket.on('error', () => socket.destroy());
      // On a TLS port nothing is said: a handshake would cost what there is none left of.
      if (!implicitTls) socket.write('* BYE [UNAVAILABLE] Too many connections; try again later\r\n');
      socket.destroy();
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
      onClose: (closed) => this.#left(closed),
    });
    this.#admission.add(connection);
  }

  #watchAll(): void {
    const now = this.#dependencies.uptime();
    for (const connection of this.#admission.guests) connection.watch(now);
    if (this.#refused === 0) return;
    const fields = { refused: this.#refused, connections: this.#admission.guests.size };
    this.#dependencies.logger.warn(fields, 'connections were refused: there are too many');
    this.#refused = 0;
  }
}
