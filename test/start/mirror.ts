import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** How the mirror sends what it is asked for. */
export type Manner =
  | 'at once'
  /** In ten pieces, a pause before each. */
  | { readonly pause: number }
  /** Half of it, then nothing more. */
  | 'hangs'
  /** Half of it, then the line is cut. */
  | 'breaks'
  | 'not found'
  /** It takes the connection and never answers. */
  | 'silent';

/** Plays the place that Electron is fetched from, on loopback. */
export class Mirror {
  manner: Manner = 'at once';
  content: Buffer = Buffer.alloc(0);
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  readonly #server: Server;

  static async start(): Promise<Mirror> {
    const mirror = new Mirror();
    mirror.#server.listen(0, '127.0.0.1');
    await once(mirror.#server, 'listening');
    return mirror;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      void this.#answer(response);
    });
    // Whoever takes it for a proxy is told apart by what he asks for, and goes no further.
    this.#server.on('connect', (request, socket) => {
      this.asked.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
  }

  /** For ELECTRON_MIRROR. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** From now on connections are refused. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(response: ServerResponse): Promise<void> {
    const { manner, content } = this;
    if (manner === 'silent') return;
    if (manner === 'not found') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': content.length });
    if (manner === 'at once') return void response.end(content);
    if (typeof manner === 'object') return sendSlowly(response, content, manner.pause);
    response.write(content.subarray(0, content.length / 2), () => manner === 'breaks' && response.destroy());
  }
}

async function sendSlowly(response: ServerResponse, content: Buffer, pause: number): Promise<void> {
  const size = Math.ceil(content.length / 10);
  for (let at = 0; at < content.length; at += size) {
    await setTimeout(pause);
    response.write(content.subarray(at, at + size));
  }
  response.end();
}
