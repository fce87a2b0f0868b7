/** How a part of this type begins, as body-structure.ts renders it. */
const GLOBAL = '("message" "global" ';
/** type, subtype, parameters, id, description, encoding, octets. */
const BASIC_FIELDS = 7;

/**
 * BODY or BODYSTRUCTURE, as this program renders it, for a client that knows IMAP4rev1 only: there message/global is a type
 * like any other (RFC 3501 section 9), and envelope, structure and lines of the message inside would end the client's reading.
 */
export function withBasicGlobal(structure: string): string {
  if (!structure.includes(GLOBAL)) return structure;
  let result = '';
  let from = 0;
  for (let at = 0; at < structure.length; ) {
    if (!structure.startsWith(GLOBAL, at)) {
      at = structure[at] === '(' || structure[at] === ')' || structure[at] === ' ' ? at + 1 : endOfValue(structure, at);
      continue;
    }
    const basicEnd = endOfValues(structure, at + 1, BASIC_FIELDS);
    result += structure.slice(from, basicEnd);
    from = at = endOfValues(structure, basicEnd + 1, ENCAPSULATED_FIELDS);
  }
  return result + structure.slice(from);
}

/** envelope, structure, lines. */
const ENCAPSULATED_FIELDS = 3;

/** Where the last of so many values with one blank between them ends. */
function endOfValues(text: string, start: number, count: number): number {
  let end = start - 1;
  for (let i = 0; i < count; i++) end = endOfValue(text, end + 1);
  return end;
}

/** Where the string, list or word that begins at `start` ends. */
function endOfValue(text: string, start: number): number {
  switch (text[start]) {
    case '"':
      return endOfQuoted(text, start);
    case '{': {
      const close = text.indexOf('}', start);
      return close + '}\r\n'.length + Number(text.slice(start + 1, close));
    }
    case '(':
      return endOfList(text, start);
    default: {
      let end = start;
      while (end < text.length && text[end] !== ' ' && text[end] !== ')') end++;
      return end;
    }
  }
}

function endOfQuoted(text: string, start: number): number {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

function endOfList(text: string, start: number): number {
  let depth = 0;
  for (let at = start; ; ) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at + 1;
    at = text[at] === '(' || text[at] === ')' || text[at] === ' ' ? at + 1 : endOfValue(text, at);
  }
}
