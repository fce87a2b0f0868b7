/** The beginning of a text: as many whole characters as fit into so many octets of UTF-8. */
export function cutAtOctets(text: string, octets: number): string {
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > octets) break;
    end += character.length;
  }
  return text.slice(0, end);
}
