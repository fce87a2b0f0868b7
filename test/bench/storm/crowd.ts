/** What the process is told whose connections are the storm. */
export interface CrowdOrder {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly connections: number;
  /** Milliseconds over which the connections of a wave begin, evenly. */
  readonly spread: number;
  /** How often all of them come: those of the wave before are cut, as clients do that have lost patience. */
  readonly waves: number;
}

/** All connections of the storm, once. Times are milliseconds. */
export interface Wave {
  /** Machine time when the first connection began and when the last was answered. */
  readonly began: number;
  readonly ended: number;
  /** From the beginning of a connection to the OK of its LOGIN, of each that was let in. */
  readonly logins: readonly number[];
  /** The same to the NO, or to the BYE. */
  readonly refusals: readonly number[];
  /** What happened to the others: reset, closed without a word, no answer. */
  readonly failures: readonly string[];
  /** How late, at most, a connection began: what of the times may be this process's own. */
  readonly lag: number;
}
