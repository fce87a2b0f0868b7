const CR = 0x0d;
const LF = 0x0a;

/** True when there are line ends and every one is a lone LF. */
export function endsLinesWithLfOnly(bytes: Uint8Array): boolean {
  return bytes.includes(LF) && !bytes.includes(CR);
}

/** The same bytes with CRLF for every LF (RFC 5322 section 2.3). Only for bytes without CR. */
export function withCrlf(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length + count(bytes, LF));
  let written = 0;
  let start = 0;
  for (let lf = bytes.indexOf(LF); lf >= 0; lf = bytes.indexOf(LF, start)) {
    result.set(bytes.subarray(start, lf), written);
    written += lf - start;
    result[written++] = CR;
    result[written++] = LF;
    start = lf + 1;
  }
  result.set(bytes.subarray(start), written);
  return result;
}

function count(bytes: Uint8Array, octet: number): number {
  let found = 0;
  for (let at = bytes.indexOf(octet); at >= 0; at = bytes.indexOf(octet, at + 1)) found++;
  return found;
}
