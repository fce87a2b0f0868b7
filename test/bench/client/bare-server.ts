import net from 'node:net';

/** Answers every line `tag …` with `tag OK` and does nothing else: the ceiling of a socket server in one thread. */
const server = net.createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write('* OK\r\n');
  socket.on('data', (chunk) => {
    let replies = '';
    for (const line of chunk.toString('latin1').split('\r\n')) {
      if (line !== '') replies += `${line.slice(0, line.indexOf(' '))} OK\r\n`;
    }
    socket.write(replies);
  });
});
server.listen(0, '127.0.0.1', () => process.send!((server.address() as net.AddressInfo).port));
process.once('disconnect', () => process.exit(0));
