import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpListener, type HttpListenerOptions, openHttpListener } from '../../base/http-listener.ts';
import { adminLimits } from '../../base/limits.ts';

export interface ListenerOptions extends Pick<HttpListenerOptions, 'host' | 'port' | 'tls' | 'logger'> {
  readonly answer: (request: IncomingMessage, response: ServerResponse, connection: Connection) => void;
}

/** What becomes of the connection that a request came by. */
export interface Connection {
  /** The sender has shown a valid token: it is never cut to make room for another one. */
  trust(): void;
  /** The request or its answer may take as long as it likes, and is cut after so many milliseconds of silence. */
  takesLong(silence: number): void;
}

export type Listener = HttpListener;

/** Rejects with Node's own error (EACCES, EADDRINUSE …) when the place cannot be had. */
export async function openListener({ answer, ...place }: ListenerOptions): Promise<Listener> {
  const http = createServer({ maxHeaderSize: adminLimits.headers, keepAlive: true });
  const takesLong = cutSlowSenders(http);
  const { connections, requestTime: handshakeTime } = adminLimits;
  const listener = await openHttpListener({ ...place, http, connections, handshakeTime });
  http.on('request', (request, response) => {
    const { socket } = request;
    answer(request, response, {
      trust: () => listener.trust(socket),
      takesLong: (silence) => takesLong(socket, silence),
    });
  });
  return listener;
}

/**
 * A request must be there as a whole in time, the next one on its connection too. Node's own watch needs it to listen.
 * @returns how to let one take longer, as long as something comes or goes
 */
function cutSlowSenders(http: HttpServer): (socket: Socket, silence: number) => void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  const expect = (socket: Socket) => {
    clearTimeout(timers.get(socket));
    socket.setTimeout(0);
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
  return (socket, silence) => {
    clearTimeout(timers.get(socket));
    socket.setTimeout(silence); // Node's server cuts it then
  };
}
