import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { autoconfigLimits } from '../base/limits.ts';
import type { TlsSource } from '../imap/ports.ts';

export interface AutoconfigListenerOptions {
  /** Undefined: all addresses of this machine. */
  readonly host: string | undefined;
  readonly port: number;
  /** Undefined: no TLS. */
  readonly tls: TlsSource | undefined;
  readonly answer: RequestListener;
  /** How long a connection may last; shorter in tests. */
  readonly connectionTime?: number | undefined;
}

export interface AutoconfigListener {
  readonly port: number;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/** Rejects with Node's own error (EACCES, EADDRINUSE …) when the place cannot be had. */
export async function openAutoconfigListener(options: AutoconfigListenerOptions): Promise<AutoconfigListener> {
  const { host, port, tls, answer, connectionTime = autoconfigLimits.connectionTime } = options;
  const http = createHttpServer({ maxHeaderSize: autoconfigLimits.headers, keepAlive: false }, answer);
  const sockets = new Set<Socket>();
  // The sockets are accepted here, so that each handshake is made with the certificate of that moment.
  const server = createServer({ noDelay: true }, (socket) => {
    const timer = setTimeout(() => socket.destroy(), connectionTime).unref();
    sockets.add(socket);
    socket.on('close', () => {
      clearTimeout(timer);
      sockets.delete(socket);
    });
    socket.on('error', () => socket.destroy());
    if (tls === undefined) http.emit('connection', socket);
    else secure(socket, tls, (secured) => http.emit('connection', secured));
  });
  server.maxConnections = autoconfigLimits.connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== undefined && { host }) }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function secure(socket: Socket, { secureContext }: TlsSource, onSecure: (secured: TLSSocket) => void): void {
  const secured = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
  secured.on('error', () => socket.destroy());
  secured.once('secure', () => onSecure(secured));
}
