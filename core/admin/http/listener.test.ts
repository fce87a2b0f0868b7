import { connect, Server, type Socket } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { adminLimits } from '../../base/limits.ts';
import { type Listener, openListener } from './listener.ts';

let listener: Listener;
let failures: object[];
let server: Server;
let arrived: () => Promise<void>;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let requests = 0;
  failures = [];
  const listen = vi.spyOn(Server.prototype, 'listen');
  listener = await openListener({
    ...{ host: '127.0.0.1', port: 0, tls: undefined, logger: { error: (fields) => void failures.push(fields) } },
    answer: (request, response, { takesLong }) => {
      requests++;
      if (request.url === '/large') takesLong(60_000);
      if (request.url === '/silent') takesLong(20);
      response.write('begun');
      // As a stream of events does: nothing is read of the request.
      if (request.url !== '/stream') request.resume().on('end', () => response.end());
    },
  });
  server = listen.mock.contexts.at(-1) as Server;
  listen.mockRestore();
  arrived = async () => {
    while (requests === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  onTestFinished(async () => {
    vi.useRealTimers();
    await listener.close();
  });
});

interface Opened {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  isClosed: boolean;
}

async function opened(text: string): Promise<Opened> {
  const socket = connect(listener.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  const result: Opened = { socket, isClosed: false, closed: new Promise((resolve) => socket.once('close', resolve)) };
  void result.closed.then(() => {
    result.isClosed = true;
  });
  await new Promise<void>((resolve) => socket.write(text, () => resolve()));
  // The server has it by now, or a moment later: both in this process.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return result;
}

describe('whoever sends slowly', () => {
  it.each([
    ['nothing', ''],
    ['half a head', 'GET / HTTP/1.1\r\nHost:'],
    ['half a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a"'],
  ])('is cut: %s', async (_what, text) => {
    const slow = await opened(text);
    vi.advanceTimersByTime(adminLimits.requestTime - 1);
    slow.socket.write('G');
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(slow.isClosed).toBe(false);
    vi.advanceTimersByTime(2);
    await slow.closed;
  });

  it('but not those who send much, for as long as something comes', async () => {
    const large = await opened('POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n');
    await arrived();
    for (let at = 0; at < 5; at++) {
      vi.advanceTimersByTime(adminLimits.requestTime);
      large.socket.write('x');
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(large.isClosed).toBe(false);
    large.socket.destroy();
  });

  it('is cut: silence in the middle of much', async () => {
    const silent = await opened('POST /silent HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n');
    await silent.closed;
  });

  it('but not whoever waits for a long answer', async () => {
    const stream = await opened('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n');
    await arrived();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(10 * adminLimits.requestTime);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(stream.isClosed).toBe(false);
    stream.socket.destroy();
  });
});

it('goes on after errors of its listening socket: the second one ended the process', () => {
  for (const code of ['EMFILE', 'ENFILE', 'EMFILE']) server.emit('error', Object.assign(new Error(code), { code }));
  expect(failures).toHaveLength(3);
});
