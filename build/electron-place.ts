/** What decides whether Electron can open a window. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** The user's number; undefined where users have none. */
  readonly uid: number | undefined;
}

/** Why Electron cannot open here whatever is done, for people; undefined when it may. Asked before anything is fetched. */
export function whyNoApp({ platform, env, uid }: Place): string | undefined {
  if (platform !== 'linux') return undefined;
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no screen (DISPLAY and WAYLAND_DISPLAY are not set)';
  if (uid === 0) return 'Electron does not run as root; start it as an ordinary user';
  return undefined;
}
