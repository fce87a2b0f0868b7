/** The words around the schema's own help. */
export const settingsHelpText = {
  title: 'Help',
  allowed: (range: string, unit: string | undefined, zero: string | undefined) =>
    `Allowed: ${range}${unit === undefined ? '' : ` (${unit})`}${zero === undefined ? '' : `; 0 means ${zero}`}.`,
  standard: (text: string) => (text === '' ? 'Empty by default.' : `By default: ${text}.`),
  restarts: 'A change starts the listeners concerned anew.',
  atOnce: 'A change takes effect at once, also in sessions that are there.',
  toDefault: (label: string) => `Set "${label}" back to its default`,
  close: 'Close',
} as const;
