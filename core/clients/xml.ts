/** A piece of XML that is whole and escaped. */
export interface Xml {
  readonly xml: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for between tags and for attributes. What XML 1.0 section 2.2 has no room for becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll('\r', '&#13;'); // a reader would make it a line feed (section 2.11)
}

/** An element; strings inside are text. */
export function element(
  name: string,
  content: string | number | readonly Xml[],
  attributes: Readonly<Record<string, string>> = {},
): Xml {
  const inside = typeof content === 'object' ? content.map(({ xml }) => xml).join('') : escapeXml(String(content));
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  return { xml: `<${name}${given.join('')}>${inside}</${name}>` };
}

/** A whole document. */
export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}\n`;
}
