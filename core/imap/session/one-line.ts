/** Text for people as it may stand in a reply: on its line (RFC 9051 section 9, text), and ASCII. */
export function oneLine(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]+/g, ' ').replace(/[^\x00-\x7f]/g, '?');
}
