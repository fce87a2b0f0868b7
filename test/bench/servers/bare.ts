import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Contestant } from './server.ts';

/** No mail server at all: it says OK to every line. What it cannot do, the machine and the clients cannot. */
export const bare: Contestant = {
  name: 'bare socket',
  note: 'answers OK to every line and does nothing: what is left is the machine and the clients',
  async prepare() {},
  async start() {
    const child = fork(join(import.meta.dirname, '../client/bare-server.ts'));
    const [port] = (await once(child, 'message')) as [number];
    return {
      port,
      rootPid: child.pid!,
      async stop() {
        const gone = once(child, 'exit');
        child.disconnect();
        await gone;
      },
    };
  },
};
