import { createServer, type RequestListener } from 'node:http';
import { type HttpListener, type HttpListenerOptions, openHttpListener } from '../base/http-listener.ts';
import { autoconfigLimits } from '../base/limits.ts';

export interface AutoconfigListenerOptions extends Pick<HttpListenerOptions, 'host' | 'port' | 'tls' | 'logger'> {
  readonly answer: RequestListener;
  /** How long a connection may last; shorter in tests. */
  readonly connectionTime?: number | undefined;
}

export type AutoconfigListener = HttpListener;

/** Rejects with Node's own error (EACCES, EADDRINUSE …) when the place cannot be had. */
export async function openAutoconfigListener(options: AutoconfigListenerOptions): Promise<AutoconfigListener> {
  const { answer, connectionTime = autoconfigLimits.connectionTime, ...place } = options;
  const http = createServer({ maxHeaderSize: autoconfigLimits.headers, keepAlive: false }, answer);
  const { connections } = autoconfigLimits;
  return openHttpListener({ ...place, http, connections, handshakeTime: connectionTime, connectionTime });
}
