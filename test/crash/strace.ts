import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** One system call that returned without error, in the order in which they began. */
export interface SystemCall {
  readonly name: string;
  /** What the first argument, a file descriptor, stands for: a path, or the kind of socket. */
  readonly target: string;
  /** The arguments as strace shows them. */
  readonly text: string;
  /** Lines of the trace at which it began and had returned. */
  readonly began: number;
  readonly returned: number;
}

const CALLS = 'fdatasync,fsync,write,writev,sendto,sendmsg,pwrite64,pwritev,pwritev2';

/** True when strace is installed and may attach to a process here. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
}

/** Traces all threads of a process from now until `stop()`, which returns its writes and flushes. */
export async function traceWrites(pid: number, outputFile: string): Promise<{ stop(): Promise<SystemCall[]> }> {
  const args = ['-f', '-y', '-s', '64', '-e', `trace=${CALLS}`, '-o', outputFile, '-p', String(pid)];
  const child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  await once(child.stderr, 'data'); // "strace: Process … attached"
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
    return parseTrace(await readFile(outputFile, 'latin1'));
  };
  return { stop };
}

/** Puts the two halves of interrupted lines together; calls that failed are left out. */
export function parseTrace(trace: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, Beginning>();
  for (const [at, line] of trace.split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const begun = /^(\w+)\((.*) <unfinished \.\.\.>$/.exec(rest);
    if (begun) unfinished.set(thread, { name: begun[1]!, text: begun[2]!, began: at });
    const call = begun ? undefined : completed(rest, at, unfinished.get(thread));
    if (call) calls.push(call);
  }
  return calls.sort((a, b) => a.began - b.began);
}

type Beginning = Pick<SystemCall, 'name' | 'text' | 'began'>;

function completed(rest: string, at: number, unfinished: Beginning | undefined): SystemCall | undefined {
  const resumed = /^<\.\.\. \w+ resumed>(.*)\)\s+= (-?\d+)/.exec(rest);
  const whole = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(rest);
  const first = resumed ? unfinished : whole && { name: whole[1]!, text: whole[2]!, began: at };
  if (!first || Number(resumed?.[2] ?? whole?.[3]) < 0) return undefined;
  const text = first.text + (resumed?.[1] ?? '');
  return { ...first, text, target: /^\d+<([^>]*)>/.exec(text)?.[1] ?? '', returned: at };
}
