import { open } from 'node:fs/promises';
import { connectionLimits } from './limits.ts';

/** How many files and sockets this process may have open at a time; undefined where that is not limited or not known. */
export function openFileLimit(): number | undefined {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean };
  const before = report.excludeNetwork;
  report.excludeNetwork = true; // or it would look up the names of all that are connected
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  report.excludeNetwork = before;
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : undefined;
}

/**
 * Makes room in the process's table of open files. Linux doubles that table when it is full, and holds up whoever opens
 * the next file or socket for some milliseconds because other threads may be reading it; that shall not happen while a
 * storm of clients comes. The table never shrinks: it is enough to have had so many files open once.
 */
export async function growFileTable(): Promise<void> {
  if (process.platform !== 'linux') return;
  const count = Math.min(connectionLimits.expected, (openFileLimit() ?? 0) / 2);
  const opened = await Promise.allSettled(Array.from({ length: count }, () => open(import.meta.filename)));
  await Promise.all(opened.map((file) => (file.status === 'fulfilled' ? file.value.close() : undefined)));
}
