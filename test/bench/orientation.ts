import { fork } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { runStorm } from './client/storm.ts';
import { timed } from './measure.ts';

/** What this machine allows at all, measured with no mail server in the way. */
export interface Orientation {
  /** 5.6 kB written at the end of a file and fdatasync, one after another, a second. */
  readonly flushedWrites: number;
  /** Line and answer over loopback from a bare socket server, 50 connections, a second. */
  readonly echoes: number;
  /** Connect, two lines and answers, close, 20 at once, a second, from the same bare server. */
  readonly connects: number;
}

export async function orientation(dir: string): Promise<Orientation> {
  const flushedWrites = await bareFlushes(join(dir, 'flushes'));
  const child = fork(join(import.meta.dirname, 'client/bare-server.ts'));
  const [port] = (await once(child, 'message')) as [number];
  const storm = { port, user: 'u', password: 'p', processes: 1, warmUp: 1_000, duration: 2_000 };
  const echoes = await runStorm({ ...storm, kind: 'noop', connections: 50 });
  const connects = await runStorm({ ...storm, kind: 'login', connections: 20 });
  child.kill();
  return { flushedWrites, echoes, connects };
}

async function bareFlushes(path: string): Promise<number> {
  const file = await open(path, 'w');
  const message = Buffer.alloc(5_600, 'm');
  const count = 500;
  const time = await timed(async () => {
    for (let i = 0; i < count; i++) {
      await file.write(message);
      await file.datasync();
    }
  });
  await file.close();
  return (count * 1_000) / time;
}
