import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { connectionLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';

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

/** A place where clients are taken in. */
export class Listener {
  readonly binding: Binding;
  readonly #server: Server;

  private constructor(binding: Binding, server: Server) {
    this.binding = binding;
    this.#server = server;
  }

  /** Rejects with Node's own error (code EACCES, EADDRINUSE …) when the address cannot be bound. */
  static async open(
    binding: Binding,
    onSocket: (socket: Socket, listener: Listener) => void,
    logger: Logger,
  ): Promise<Listener> {
    const server = createServer({
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: connectionLimits.keepAlive,
      allowHalfOpen: true,
    });
    const listener = new Listener(binding, server);
    server.on('connection', (socket) => onSocket(socket, listener));
    const { host, port } = binding;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...(host !== undefined && { host }), port, backlog: connectionLimits.listenBacklog }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', (problem) => logger.error({ err: problem }, 'a listener failed'));
    return listener;
  }

  /** The port it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get closed(): boolean {
    return !this.#server.listening;
  }

  /** Takes nobody in any more, and the port is free at once; those who are in stay. */
  close(): void {
    this.#server.close();
  }
}
