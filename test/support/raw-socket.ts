import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection that sends what it is told to and takes whatever comes; errors end it without a word. */
export async function openSocket(port: number, localAddress?: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, ...(localAddress !== undefined && { localAddress }) });
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

/** Resolves when the connection has ended, in whatever way. */
export async function closing(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, 'close');
}

/** The head of a TLS handshake record (RFC 8446 section 5.1), and nothing of the 512 octets it announces. */
export const BEGUN_HANDSHAKE: Buffer = Buffer.from([22, 3, 1, 2, 0]);
