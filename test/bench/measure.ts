/** Milliseconds that something takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Does something so often, after some warm-up rounds that do not count; returns the milliseconds of each. */
export async function repeated(times: number, work: () => Promise<unknown>, warmUps = 1): Promise<number[]> {
  for (let i = 0; i < warmUps; i++) await work();
  const out: number[] = [];
  for (let i = 0; i < times; i++) out.push(await timed(work));
  return out;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** @param share 0.99 for the 99th percentile. Nearest rank; for an even count the median is the mean of the middle two. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  if (share === 0.5 && sorted.length % 2 === 0)
    return (sorted[sorted.length / 2]! + sorted[sorted.length / 2 - 1]!) / 2;
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
