/** A mail server in the contest, running. */
export interface MailServer {
  readonly port: number;
  /** The process all of the server's processes descend from. */
  readonly rootPid: number;
  /** Ends it, leaving the mail. */
  stop(): Promise<void>;
}

/**
 * How the server's login and session processes live: as the server is installed, or serving one session after another
 * where it would start a process for each. Servers without such a choice run the same in both.
 */
export type ProcessStyle = 'installed' | 'reused';

/** A server that can be started, again and again on the same mail. */
export interface Contestant {
  readonly name: string;
  /** What the name does not say, such as the version. */
  readonly note: string;
  /** Prepares a folder of its own, once, before the first start. All users have the same password. */
  prepare(dir: string, users: readonly string[]): Promise<void>;
  start(dir: string, options: StartOptions): Promise<MailServer>;
}

export interface StartOptions {
  readonly style: ProcessStyle;
  /** How often one user may be logged in at once; 0 = without limit. */
  readonly loginsPerUser: number;
}

/** The users every contestant has, with the same password. */
export const USERS = ['bench', 'other'] as const;
export const PASSWORD = 'bench-secret';
