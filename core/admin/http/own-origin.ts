import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { plainAddress } from '../../base/network.ts';

/**
 * Whether a request was meant for this server and comes from no other web page. A page of anybody's can make a browser
 * ask `http://127.0.0.1:PORT/` (it then says its Origin), and can have its own name point to 127.0.0.1 (the Host is then
 * that name: DNS rebinding).
 */
export interface OwnNames {
  readonly scheme: 'http' | 'https';
  /** Host names beside `localhost` and the address that was connected to. Asked at every request. */
  readonly names: () => readonly string[];
}

/** The Host header names this server, with its port. */
export function isOwnHost({ headers, socket }: IncomingMessage, { scheme, names }: OwnNames): boolean {
  const host = /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::(\d{1,5}))?$/i.exec(headers.host ?? '');
  if (host === null) return false;
  const [, name = '', port] = host;
  if (Number(port ?? (scheme === 'https' ? 443 : 80)) !== socket.localPort) return false;
  return isOwnName(name.replace(/^\[|\]$/g, '').toLowerCase(), plainAddress(socket.localAddress ?? ''), names());
}

function isOwnName(name: string, localAddress: string, names: readonly string[]): boolean {
  if (isIP(name) !== 0) return plainAddress(name) === localAddress;
  return name === 'localhost' || names.some((own) => own.toLowerCase() === name);
}

/** There is no Origin, which no browser leaves out when it asks from elsewhere, or it is our own. */
export function isOwnOrigin({ headers }: IncomingMessage, { scheme }: OwnNames): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return headers.origin === undefined || headers.origin.toLowerCase() === `${scheme}://${headers.host?.toLowerCase()}`;
}
