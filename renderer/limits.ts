/** Every number that bounds something in the window, with its reason. Times are milliseconds. */
export const windowLimits = {
  /** Before a lost connection to the server is tried again: soon enough after a restart, seldom enough while it is off. */
  reconnect: 1_000,
  /** Octets of a certificate's or key's file: the contract takes no more, and what is larger was chosen by mistake. */
  pemFile: 200_000,
  /** Octets of a list of restrictions in the old text form, for the same reason. */
  rulesFile: 1_000_000,
  /** Octets of a CSV file of users: some 20,000 of them; what is larger was chosen by mistake. */
  usersFile: 2_000_000,
  /** The most MiB of one user's own quota, as of the setting for all. */
  quotaMebibytes: 10_000_000,
  /** The most messages of one user's own quota, for the same reason. */
  quotaMessages: 100_000_000,
  /** The highest port there is (RFC 9293 section 3.1: 16 bits). */
  highestPort: 65_535,
  /** Between two questions of the same list: while two hundred log in at once, every event would fetch all of them. */
  refreshGap: 1_000,
  /** What changes without an event (octets, last commands, how long somebody idles) is asked for so often. */
  sessionPoll: 5_000,
  /** A list is asked for anew although no event came: the way events come may have been broken for a moment. */
  idleRefresh: 30_000,
  /** "3 minutes ago" is reckoned anew so often. */
  clockTick: 5_000,
  /** How far an update is, is asked for so often while it is looked for or downloaded: a bar that stands still looks broken … */
  updateMoves: 1_000,
  /** … and else so often: it is looked for every few hours, and the setting takes a moment to be obeyed. */
  updateRests: 5_000,
  /** Rows of a list of sessions or refusals: a thousand are drawn too slowly, and nobody reads them; a filter finds the others. */
  listRows: 300,
  /** Hours on a chart of peaks: the 7 days that the server keeps. */
  peakHours: 7 * 24,
  /** Lines the log page keeps and shows; the folder has all of them. */
  logLines: 500,
  /** After the last key, before the log is searched for what was typed. */
  typingPause: 250,
} as const;
