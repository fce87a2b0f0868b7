/** The words of the controls themselves. */
export const controlsText = {
  ok: 'OK',
  cancel: 'Cancel',
  apply: '&Apply',
  help: 'Help',
  filter: 'Filter',
  hour: 'Hour',
  peak: 'Highest',
  daysAgo: (days: number) => `${days} days ago`,
  now: 'now',
  /** What the upper edge of a chart stands for. */
  chartTop: (top: number) => `top: ${top}`,
  chartWithLimit: (top: number, limit: number) =>
    top === limit ? `line: limit ${limit}` : `top: ${top}, line: limit ${limit}`,
  nothingFound: 'Nothing matches the filter. Shorten it to see more.',
  helpOn: (label: string) => `What is this: ${label}`,
  /** Beside a number field. */
  range(min?: number, max?: number, unit?: string, zero?: string): string | undefined {
    const bounds = min !== undefined && max !== undefined ? `(${min} to ${max})` : '';
    const meaning = zero === undefined ? '' : `0 = ${zero}`;
    return [unit, bounds, meaning].filter(Boolean).join(' ') || undefined;
  },
  notInRange(min?: number, max?: number, zero?: string): string {
    const bounds = min !== undefined && max !== undefined ? ` from ${min} to ${max}` : '';
    return `Enter a whole number${bounds}${zero === undefined ? '' : `, or 0 for ${zero}`}.`;
  },
} as const;
