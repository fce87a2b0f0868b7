import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { Logger } from './logger.ts';

export interface HttpListenerOptions {
  /** Undefined: all addresses of this machine. */
  readonly host: string | undefined;
  /** 0 = any free one. */
  readonly port: number;
  /** Asked at every handshake, so that a new certificate needs no restart. Undefined: no TLS. */
  readonly tls: { readonly secureContext: SecureContext } | undefined;
  /** Speaks HTTP on the connections; it does not listen itself. */
  readonly http: HttpServer;
  /** At once. For one more the oldest that is not trusted is cut; when all are trusted, the new one. */
  readonly connections: number;
  /** Milliseconds for a TLS handshake. */
  readonly handshakeTime: number;
  /** Milliseconds that a connection may last, whatever it does. Undefined: as long as `http` lets it. */
  readonly connectionTime?: number | undefined;
  readonly logger: Pick<Logger, 'error'>;
}

export interface HttpListener {
  readonly port: number;
  /** Of a request: its connection is never cut to make room. Who connects and says nothing must not keep out who may. */
  trust(socket: Socket): void;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/** Rejects with Node's own error (EACCES, EADDRINUSE …) when the place cannot be had. */
export async function openHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const { host, port, tls, http, connections, handshakeTime, connectionTime, logger } = options;
  /** The oldest first. */
  const sockets = new Set<Socket>();
  const trusted = new WeakSet<Socket>();
  const underTls = new WeakMap<Socket, Socket>();
  const makeRoom = () => {
    const oldest = [...sockets].find((socket) => !trusted.has(socket));
    if (oldest === undefined) return false;
    sockets.delete(oldest); // its close comes later, and another one may come before
    oldest.destroy();
    return true;
  };
  // The sockets are accepted here, so that each handshake is made with the certificate of that moment.
  const server = createServer({ noDelay: true }, (socket) => {
    if (sockets.size >= connections && !makeRoom()) return void socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (connectionTime !== undefined) endAfter(socket, connectionTime);
    if (tls === undefined) http.emit('connection', socket);
    else {
      secure(socket, tls.secureContext, handshakeTime, (secured) => {
        underTls.set(secured, socket);
        http.emit('connection', secured);
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A connection that could not be taken in is no reason to end the process, which an error without a listener is.
  server.on('error', (err) => logger.error({ err }, 'a listener failed'));
  return {
    port: (server.address() as AddressInfo).port,
    trust: (socket) => void trusted.add(underTls.get(socket) ?? socket),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Returns how to let it live. */
function endAfter(socket: Socket, time: number): () => void {
  const timer = setTimeout(() => socket.destroy(), time).unref();
  socket.once('close', () => clearTimeout(timer));
  return () => clearTimeout(timer);
}

function secure(
  socket: Socket,
  secureContext: SecureContext,
  handshakeTime: number,
  onSecure: (secured: TLSSocket) => void,
): void {
  const secured = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
  const letLive = endAfter(socket, handshakeTime);
  secured.on('error', () => socket.destroy());
  secured.once('secure', () => {
    letLive();
    onSecure(secured);
  });
}
