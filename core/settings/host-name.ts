/**
 * Whether the text is a host name as clients and DNS take it (RFC 1123 section 2.1): letters, digits and hyphens between
 * dots. No address, no wildcard, no dot at the end.
 */
export function isHostName(text: string): boolean {
  if (text.length > 253 || /^[\d.]*$/.test(text)) return false;
  return text.split('.').every((label) => /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(label));
}
