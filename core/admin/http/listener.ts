import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { adminLimits } from '../../base/limits.ts';
import type { TlsSource } from '../../imap/ports.ts';

export interface ListenerOptions {
  /** Undefined: all addresses of this machine. */
  readonly host: string | undefined;
  /** 0 = any free one. */
  readonly port: number;
  /** Undefined: no TLS. */
  readonly tls: TlsSource | undefined;
  readonly answer: RequestListener;
}

export interface Listener {
  readonly port: number;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/** Rejects with Node's own error (EACCES, EADDRINUSE …) when the place cannot be had. */
export async function openListener({ host, port, tls, answer }: ListenerOptions): Promise<Listener> {
  const http = createHttpServer(
    {
      maxHeaderSize: adminLimits.headers,
      requestTimeout: adminLimits.requestTime,
      headersTimeout: adminLimits.requestTime / 2,
      connectionsCheckingInterval: adminLimits.requestTime / 6,
      keepAlive: true,
    },
    answer,
  );
  const sockets = new Set<Socket>();
  // The sockets are accepted here, so that each handshake can be made with the certificate of that moment.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (tls === undefined) http.emit('connection', socket);
    else secure(socket, tls, (secured) => http.emit('connection', secured));
  });
  server.maxConnections = adminLimits.connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== undefined && { host }) }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      http.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function secure(socket: Socket, tls: TlsSource, onSecure: (secured: TLSSocket) => void): void {
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext: tls.secureContext,
    ALPNProtocols: ['http/1.1'],
  });
  const timer = setTimeout(() => socket.destroy(), adminLimits.requestTime);
  secured.on('error', () => socket.destroy());
  secured.once('close', () => clearTimeout(timer));
  secured.once('secure', () => {
    clearTimeout(timer);
    onSecure(secured);
  });
}
