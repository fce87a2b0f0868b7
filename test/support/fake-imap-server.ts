import { createServer, type Socket } from 'node:net';

/** An IMAP server of few words, which says exactly what a test wants: what real ones say in their worst moments. */
export interface FakeImapServer {
  readonly port: number;
  close(): void;
}

/**
 * @param answer gets a command without its tag and gives the untagged lines, without line ends, and the tagged reply's
 *   status; undefined: OK and nothing else; status `vanish`: the connection is cut; `bye`: it is ended behind the lines;
 *   `silent`: nothing is ever answered
 */
export async function startFakeImapServer(
  answer: (command: string) => { readonly lines?: readonly (string | Buffer)[]; readonly status?: string } | undefined,
): Promise<FakeImapServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write('* OK ready\r\n');
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const [tag = '', ...words] = text.slice(0, end).split(' ');
        text = text.slice(end + 2);
        const { lines = [], status = 'OK done' } = answer(words.join(' ')) ?? {};
        if (status === 'vanish') return void socket.destroy();
        if (status === 'silent') continue;
        for (const line of lines) socket.write(Buffer.concat([Buffer.from(line), Buffer.from('\r\n')]));
        if (status === 'bye') return void socket.end('* BYE [OVERQUOTA] too much for today\r\n');
        socket.write(`${tag} ${status}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
