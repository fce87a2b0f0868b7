import { addUser, runMailroom, ServerProcess } from '../../support/server-process.ts';
import { type Contestant, PASSWORD } from './server.ts';

/** Our own server, started as a person starts it, with its defaults but for the limits on logins. */
export const mailroom: Contestant = {
  name: 'mailroom',
  note: `Mailroom, its defaults but for the limits on logins, loopback, no TLS, Node ${process.version}`,
  async prepare(dir, users) {
    for (const user of users) await addUser(dir, user, PASSWORD);
  },
  async start(dir, { loginsPerUser }) {
    await set(dir, 'imap4.advanced.concurrentLoginsPerUser', loginsPerUser);
    await set(dir, 'imap4.advanced.concurrentLoginsPerAddress', 0); // everybody here comes from one address
    const server = await ServerProcess.start({ dataDir: dir });
    return { port: server.imapPort, rootPid: server.pid, stop: async () => void (await server.stop()) };
  },
};

async function set(dir: string, key: string, value: number): Promise<void> {
  const result = await runMailroom(['settings', 'set', key, String(value), '--data', dir]);
  if (result.code !== 0) throw new Error(`settings set ${key} failed (${result.code}): ${result.stderr}`);
}
