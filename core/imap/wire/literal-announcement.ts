/** What the end of a line says about the octets that follow it. */
export interface LiteralAnnouncement {
  /** Octets that follow. Beyond 2^53 - 1 it is that number: nobody will accept either. */
  readonly octets: number;
  /** The client waits for our go-ahead (RFC 9051 section 4.3). */
  readonly synchronizing: boolean;
  readonly literal8: boolean;
  /** Where in the line the announcement begins. */
  readonly start: number;
}

/** As many as an unsigned 64-bit integer may have. More digits are no announcement, so the tail of a line is enough. */
const MOST_DIGITS = 20;

/** Octets that an announcement and its line end may have: `~{`, digits, `+}`, CR LF. */
export const LONGEST_ANNOUNCEMENT = MOST_DIGITS + 6;

const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const PLUS = 0x2b;
const TILDE = 0x7e;

/**
 * Looks for `["~"] "{" number64 ["+"] "}"` at the very end of a line (RFC 9051 section 9, RFC 7888 section 8).
 * @param end where the line ends, its line end not counted
 */
export function announcementAt(line: Uint8Array, end: number): LiteralAnnouncement | undefined {
  if (line[end - 1] !== BRACE_CLOSE) return undefined;
  const synchronizing = line[end - 2] !== PLUS;
  const digitsEnd = synchronizing ? end - 1 : end - 2;
  let start = digitsEnd;
  while (isDigit(line[start - 1])) start--;
  if (start === digitsEnd || digitsEnd - start > MOST_DIGITS || line[start - 1] !== BRACE_OPEN) return undefined;
  const octets = Math.min(toNumber(line, start, digitsEnd), Number.MAX_SAFE_INTEGER);
  const literal8 = line[start - 2] === TILDE;
  return { octets, synchronizing, literal8, start: literal8 ? start - 2 : start - 1 };
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39;
}

function toNumber(line: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + (line[i]! - 0x30);
  return value;
}
