/** Every number that bounds something in the window, with its reason. Times are milliseconds. */
export const windowLimits = {
  /** Before a lost connection to the server is tried again: soon enough after a restart, seldom enough while it is off. */
  reconnect: 1_000,
} as const;
