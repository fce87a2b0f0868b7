/** The names of what crosses between the window and the main process; preload and ipc share them. */
export const channels = {
  /** (call, arguments) → AdminResult */
  adminCall: 'admin:call',
  /** AdminEvent, to the window */
  adminEvent: 'admin:event',
  /** (call, arguments) → AppResult */
  appCall: 'app:call',
} as const;
