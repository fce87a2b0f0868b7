/** An entry with one of the operating system's own functions. */
export interface RoleEntry {
  readonly role: 'appMenu' | 'editMenu' | 'windowMenu';
}

/**
 * The menu at the top of the screen. On macOS copy and paste work only through one; elsewhere a property sheet has none.
 */
export function appMenu(platform: NodeJS.Platform): RoleEntry[] | undefined {
  return platform === 'darwin' ? [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }] : undefined;
}
