import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpListener, type HttpListenerOptions, openHttpListener } from '../../base/http-listener.ts';
import { adminLimits } from '../../base/limits.ts';

export interface ListenerOptions extends Pick<HttpListenerOptions, 'host' | 'port' | 'tls'> {
  /** @param trust the sender has shown a valid token: the connection is never cut to make room for another one */
  readonly answer: (request: IncomingMessage, response: ServerResponse, trust: () => void) => void;
}

export type Listener = HttpListener;

/** Rejects with Node's own error (EACCES, EADDRINUSE …) when the place cannot be had. */
export async function openListener({ answer, ...place }: ListenerOptions): Promise<Listener> {
  const http = createServer({ maxHeaderSize: adminLimits.headers, keepAlive: true });
  cutSlowSenders(http);
  const { connections, requestTime: handshakeTime } = adminLimits;
  const listener = await openHttpListener({ ...place, http, connections, handshakeTime });
  http.on('request', (request, response) => answer(request, response, () => listener.trust(request.socket)));
  return listener;
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
