/** The time of day, passed in so that tests can turn it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds since some moment, never set back: what deadlines are measured with. Passed in for the same reason. */
export type Uptime = () => number;

export const systemUptime: Uptime = () => performance.now();

/** Day and time to the minute, as the clock of this computer shows them to people: `2026-11-29 02:32`. */
export function localTime(at: number): string {
  return new Date(at).toLocaleString('sv').slice(0, 'yyyy-mm-dd hh:mm'.length); // Swedes write them so
}
