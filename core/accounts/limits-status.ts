/** How many are logged in at once, against the limits (IMAP4-SERVICE: "Concurrent logins"). */
export interface LimitsStatus {
  readonly users: readonly LimitUse[];
  readonly addresses: readonly LimitUse[];
  /** The most that one user, and one address, had in each hour of the last 7 days, oldest first; hours without any are left out. */
  readonly peaks: readonly PeakHour[];
  /** The highest of them. */
  readonly userPeak: Peak | undefined;
  readonly addressPeak: Peak | undefined;
}

export interface LimitUse {
  readonly name: string;
  readonly sessions: number;
  /** 0 = no limit. */
  readonly limit: number;
}

export interface Peak {
  readonly name: string;
  readonly sessions: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface PeakHour {
  /** When the hour began: milliseconds since the epoch. */
  readonly hour: number;
  readonly user: number;
  readonly address: number;
}
