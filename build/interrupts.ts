import { interruptLimits } from './limits.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/** Calls it for each signal that asks this process to end, and keeps them from ending it. Returns how to stop that. */
export function onInterrupts(listener: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const hear = () => {
    const now = performance.now();
    const isEcho = now - last < interruptLimits.echo;
    last = now;
    if (!isEcho) listener();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of SIGNALS) process.off(signal, hear);
  };
}

/**
 * For a server that ends at the first Ctrl+C, and at once at the second: keeps it from taking the echo of the first for
 * the second, or it would say BYE to nobody.
 */
export function ignoreEchoes(): void {
  const ignore = () => {};
  process.once('SIGINT', () => {
    if (process.listenerCount('SIGINT') === 0) {
      process.kill(process.pid, 'SIGINT'); // the server does not listen yet: it is as if nobody did
      return;
    }
    process.on('SIGINT', ignore);
    setTimeout(() => process.off('SIGINT', ignore), interruptLimits.echo).unref();
  });
}
