/** Octets that structure mail. */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const DASH = 0x2d;

/** The same memory as a Buffer, whose searches and latin1 slices are native. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Octets [start, end) as text, one character an octet. */
export function latin1(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, end);
}

/** True for the characters that fold and pad header lines. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** True for blanks and for the octets of line breaks. */
export function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === LF || code === CR;
}
