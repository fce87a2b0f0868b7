/**
 * EMAILID of a message (RFC 8474 section 5.1): the same for copies of it inside the account, never used again for
 * another content.
 */
export function emailIdOf(blob: number): string {
  return `M${blob}`;
}
