const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Where the text begins: behind the mark that editors put before UTF-8, if there is one. Octets. */
export function skipByteOrderMark(bytes: Buffer): number {
  return bytes.subarray(0, MARK.length).equals(MARK) ? MARK.length : 0;
}
