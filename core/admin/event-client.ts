import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { adminLimits } from '../base/limits.ts';
import type { AdminEvent } from './contract.ts';
import type { Access } from './http/access-file.ts';

/** Hears what happens, connecting anew when the connection ends. Returns how to stop. */
export function listenToEvents(access: Access, listener: (event: AdminEvent) => void): () => void {
  let current: ClientRequest | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const connect = () => {
    if (stopped) return;
    current = request({
      ...{ host: access.address, port: access.port, path: '/api/v1/events', agent: false },
      headers: { authorization: `Bearer ${access.token}` },
    });
    current.on('response', (response) => read(response, listener));
    current.on('error', () => {}); // `close` follows
    current.on('close', () => {
      if (!stopped) timer = setTimeout(connect, adminLimits.clientPause);
    });
    current.end();
  };
  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    current?.destroy();
  };
}

function read(response: IncomingMessage, listener: (event: AdminEvent) => void): void {
  if (response.statusCode !== 200) return void response.resume();
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => {});
  response.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (line.startsWith('data: ')) listener(JSON.parse(line.slice('data: '.length)) as AdminEvent);
    }
  });
}
