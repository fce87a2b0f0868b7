/** The numbers of what runs in a checkout, with the reason of each. Times are milliseconds. */

const second = 1000;

export const fetchLimits = {
  /** Nothing comes: a network that swallows everything must not keep mail waiting for a window. */
  silence: 15 * second,
  /** Percent between two lines where a line cannot be rewritten: a log need not have a hundred of them. */
  step: 10,
} as const;

export const appLimits = {
  /** Electron is up within a second or two; a busy old PC may take long. What ends after that has not failed at the start. */
  up: 30 * second,
  /** The engine has 15 s to end its sessions (electron/limits.ts), and the app a moment more. */
  end: 20 * second,
  /** Octets of what Electron says before it is up: enough for the reason of a failure. */
  said: 16 * 1024,
  /** What it said last may come after it has ended. */
  lastWords: second / 2,
} as const;

export const interruptLimits = {
  /** npm passes Ctrl+C on to its script, which the terminal has told already. No person means both so fast. */
  echo: second / 2,
} as const;

export const buildLimits = {
  /** How often is looked whether another process has finished building. */
  lookEvery: second / 10,
  /** From here on a person wonders. */
  sayAfter: second / 2,
  /** An editor that saves all files takes some moments; one build is enough for them. */
  quiet: second / 5,
} as const;
