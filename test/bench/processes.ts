import { readdir, readFile } from 'node:fs/promises';

/** Memory of a process and all that descend from it, in kB: each page shared by n processes counts 1/n (PSS). */
export async function memoryOfTree(rootPid: number): Promise<number> {
  const pids = await descendants(rootPid);
  const sizes = await Promise.all(pids.map(proportionalSize));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The pid itself and all processes below it. */
async function descendants(rootPid: number): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(names.map(async (name) => [Number(name), await parentOf(name)] as const));
  const out = [rootPid];
  for (let i = 0; i < out.length; i++) {
    for (const [pid, parent] of parents) if (parent === out[i]) out.push(pid);
  }
  return out;
}

async function parentOf(pid: string): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

async function proportionalSize(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
}
