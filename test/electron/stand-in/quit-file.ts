/** The file whose coming is Quit in the tray of a stand-in with this process id: Windows has no signal for it. */
export function quitFile(pid: number): string {
  return `${process.env['STAND_IN_NOTES']}.quit-${pid}`;
}
