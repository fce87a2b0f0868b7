/** The time of day, passed in so that tests can turn it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds since some moment, never set back: what deadlines are measured with. Passed in for the same reason. */
export type Uptime = () => number;

export const systemUptime: Uptime = () => performance.now();
