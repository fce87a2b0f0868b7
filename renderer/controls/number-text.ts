/** What may be given in a number field. */
export interface NumberBounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** What 0 means where it means something of its own: then it is valid below `min` too. */
  readonly zero?: string | undefined;
}

/** The whole number that was typed; undefined for what is none or lies outside. */
export function numberIn(text: string, { min, max, zero }: NumberBounds): number | undefined {
  const trimmed = text.trim();
  if (!/^-?\d+$/.test(trimmed)) return undefined;
  const number = Number(trimmed);
  if (number === 0 && zero !== undefined) return 0;
  return number >= (min ?? Number.MIN_SAFE_INTEGER) && number <= (max ?? Number.MAX_SAFE_INTEGER) ? number : undefined;
}

/** The valid number next to this one, for the arrow keys. */
export function stepped(value: number | undefined, step: 1 | -1, { min, max, zero }: NumberBounds): number {
  const low = min ?? 0;
  if (value === 0 && zero !== undefined && step > 0) return Math.max(low, 1);
  const next = (value ?? low) + step;
  if (next < low) return zero === undefined ? low : 0;
  return Math.min(next, max ?? Number.MAX_SAFE_INTEGER);
}
