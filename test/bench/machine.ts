import { cpus, loadavg } from 'node:os';

/** Numbers from a machine that does other things are not worth much; who reads them must know. */
export function othersAtWork(): string[] {
  const [load = 0] = loadavg();
  if (load < cpus().length * 0.3) return [];
  return [
    `the machine was doing other things when this began (load average ${load.toFixed(1)}): measure again on an idle one`,
  ];
}
