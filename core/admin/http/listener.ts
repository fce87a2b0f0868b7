import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
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
  const http = createHttpServer({ maxHeaderSize: adminLimits.headers, keepAlive: true }, answer);
  cutSlowSenders(http);
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
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A request must be there as a whole in time, the next one on its connection too. Node's own watch needs it to listen. */
function cutSlowSenders(http: HttpServer): void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  const expect = (socket: Socket) => {
    clearTimeout(timers.get(socket));
    timers.set(socket, setTimeout(() => socket.destroy(), adminLimits.requestTime).unref());
  };
  http.on('connection', (socket) => {
    expect(socket);
    socket.once('close', () => clearTimeout(timers.get(socket)));
  });
  http.on('request', (request, response) => {
    const { socket, headers } = request;
    const isWhole = headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
    if (isWhole) clearTimeout(timers.get(socket));
    else request.once('end', () => clearTimeout(timers.get(socket)));
    response.once('finish', () => expect(socket));
  });
}

function secure(socket: Socket, tls: TlsSource, onSecure: (secured: TLSSocket) => void): void {
  const { secureContext } = tls;
  const secured = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
  const timer = setTimeout(() => socket.destroy(), adminLimits.requestTime).unref();
  secured.on('error', () => socket.destroy());
  secured.once('close', () => clearTimeout(timer));
  secured.once('secure', () => {
    clearTimeout(timer);
    onSecure(secured);
  });
}
