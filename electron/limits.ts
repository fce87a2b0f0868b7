/** The numbers of the app, with the reason of each. Times are milliseconds, sizes octets. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const GiB = 1024 ** 3;

export const engineLimits = {
  /** Before each new start after a crash: short at first, because mail waits; then longer, because it did not help. */
  restartAfter: [1 * second, 2 * second, 5 * second, 15 * second, 30 * second],
  /** Before a new start when another program had a file: antivirus and backup are done with it some time. */
  heldFileAgain: 30 * second,
  /** An engine that ran for so long was well: the next crash is a new one. */
  wellAfter: 10 * minute,
  /** A clean stop says BYE to everybody and flushes; a disk that hangs must not keep the computer from shutting down. */
  stopWithin: 15 * second,
} as const;

export const clientLimits = {
  /** Whether the server of another process still answers: a person who looks at the tray sees it in time, and it costs nothing. */
  lookEvery: 15 * second,
} as const;

export const quitLimits = {
  /** Windows waits 5 s for a program that holds its shutdown up, and then shows it to the person as one that hangs. */
  withWindows: 4 * second,
} as const;

export const noticeLimits = {
  /** What comes slowly (disk, certificate) is looked at so often. */
  lookEvery: 10 * minute,
  /** Mail of some busy days. Below it the disk counts as nearly full … */
  diskLow: 1 * GiB,
  /** … and from here on as having room again, so that one message more or less says nothing new. */
  diskAmple: 2 * GiB,
  /** Of a quota: who has used less has time, and his mail program tells him anyway. */
  quotaPercent: 90,
  /** Lock-outs that come together are told together: somebody who tries many names must not fill the screen. */
  lockOutPause: 10 * minute,
} as const;

export const windowLimits = {
  width: 760,
  height: 600,
  /** Everything can be used at this size, frame included; smaller it cannot be made. */
  minWidth: 640,
  minHeight: 480,
} as const;

export const trayLimits = {
  /** What happens together is shown together: a storm of logins must not redraw the menu for each. */
  refreshEvery: 1 * second,
} as const;

export const updateLimits = {
  /** An update is out for days before it is urgent; asking more often only costs whoever keeps the feed. */
  lookEvery: 6 * hour,
  /** Characters of a foreign error message: what a server answers may be a page long. */
  message: 200,
} as const;
