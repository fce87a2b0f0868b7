const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])( *\.|$)/i;

/** True for what Windows takes for a device, in every folder and with any ending: a file of this name cannot be made. */
export function isDeviceName(name: string): boolean {
  return devices.test(name);
}
