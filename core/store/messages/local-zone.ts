/** The server's zone at a moment: minutes east of UTC. What has no date of its own is dated so. */
export function zoneAt(time: number): number {
  return -new Date(time).getTimezoneOffset();
}
