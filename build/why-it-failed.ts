/**
 * Why Electron ended before it was up, for people.
 * @param said what it wrote on stderr
 */
export function whyItFailed(said: string, code: number | null, signal: NodeJS.Signals | null): string {
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(said)?.[1];
  if (library !== undefined) return `this system has no ${library}, which Electron needs`;
  if (/SUID sandbox helper|No usable sandbox/.test(said)) return 'this Linux lets Electron have no sandbox';
  if (/Missing X server|cannot open display|Unable to open X display/i.test(said)) return 'its screen cannot be opened';
  const last = said.trim().split('\n').at(-1)?.trim();
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  return `Electron ended at once, ${how}${last ? `: ${last}` : ''}`;
}
