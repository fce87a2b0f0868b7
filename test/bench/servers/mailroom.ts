import { addUser, ServerProcess } from '../../support/server-process.ts';
import { type Contestant, PASSWORD, USERS } from './server.ts';

/** Our own server, started as a person starts it, with its defaults. */
export const mailroom: Contestant = {
  name: 'mailroom',
  note: `Mailroom, its defaults, loopback, no TLS, Node ${process.version}`,
  async prepare(dir) {
    for (const user of USERS) await addUser(dir, user, PASSWORD);
  },
  async start(dir) {
    const server = await ServerProcess.start({ dataDir: dir });
    return { port: server.imapPort, rootPid: server.pid, stop: async () => void (await server.stop()) };
  },
};
