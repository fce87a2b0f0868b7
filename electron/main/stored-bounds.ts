import { z } from 'zod';
import { windowLimits } from '../limits.ts';
import type { Bounds } from './window.ts';

/** The size only: a place may be on a screen that is gone. */
const stored = z.object({
  width: z.int().min(windowLimits.minWidth).max(10_000),
  height: z.int().min(windowLimits.minHeight).max(10_000),
});

/** What the file says, if it is of use: it may be another version's, or edited. */
export function checkedBounds(value: unknown): Bounds | undefined {
  const checked = stored.safeParse(value);
  return checked.success ? checked.data : undefined;
}
