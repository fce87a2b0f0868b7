/** Every number that bounds something in the window, with its reason. Times are milliseconds. */
export const windowLimits = {
  /** Before a lost connection to the server is tried again: soon enough after a restart, seldom enough while it is off. */
  reconnect: 1_000,
  /** Octets of a certificate's or key's file: the contract takes no more, and what is larger was chosen by mistake. */
  pemFile: 200_000,
  /** Octets of a list of restrictions in the old text form, for the same reason. */
  rulesFile: 1_000_000,
} as const;
