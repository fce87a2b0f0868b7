import { isSpace } from './octets.ts';
import * as char from './structured-text.ts';

/** An address without its display name. */
export interface AddressSpec {
  /** The obsolete source route, `@a,@b` (RFC 5322 section 4.4). */
  readonly route: string | undefined;
  /** The local part with its quoting taken off; empty when there is none. */
  readonly mailbox: string;
  /** The domain; empty when there is none. */
  readonly host: string;
}

/** Joins the words of one side of an address: no blank around a dot or an at sign, one between other words. */
class WordJoiner {
  text = '';
  /** The next word comes behind blanks. */
  spaced = false;
  #open = true;

  append(word: string): void {
    const joins = !this.spaced || this.#open || word.startsWith('.');
    this.text += joins ? word : ` ${word}`;
    this.spaced = false;
    this.#open = word.endsWith('.') || word === '@';
  }
}

/** What nearly all addresses look like. */
const SIMPLE = /^([\w!#$%&'*+/=?^`{|}~.-]+)@([\w.-]+)$/;

/** Reads `[route:]local@domain`. Of several at signs the last one counts, as it does for those who deliver mail. */
export function parseSpec(text: string): AddressSpec {
  const simple = SIMPLE.exec(text);
  if (simple) return { route: undefined, mailbox: simple[1]!, host: simple[2]! };
  const { route, end: start } = readRoute(text);
  const words = new WordJoiner();
  let at = -1;
  for (let i = start; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (isSpace(code)) {
      words.spaced = true;
      i++;
    } else if (code === char.AT) {
      words.spaced = false;
      at = words.text.length;
      words.append('@');
      i++;
    } else i = readWord(text, i, words, at >= 0);
  }
  if (at < 0) return { route, mailbox: words.text, host: '' };
  return { route, mailbox: words.text.slice(0, at), host: firstWord(words.text.slice(at + 1)) };
}

/** Appends the word, quoted string, domain literal or comment at `start`; returns where it ended. */
function readWord(text: string, start: number, words: WordJoiner, inDomain: boolean): number {
  const code = text.charCodeAt(start);
  if (code === char.OPEN) {
    words.spaced = true;
    return char.readComment(text, start).end;
  }
  if (code === char.QUOTE) {
    const quoted = char.readQuoted(text, start);
    words.append(quoted.text);
    return quoted.end;
  }
  const end = inDomain && code === char.OPEN_BRACKET ? endOfLiteral(text, start) : endOfWord(text, start);
  words.append(text.slice(start, end));
  return end;
}

function endOfWord(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isSpace(code) || code === char.AT || code === char.OPEN || code === char.QUOTE) return i;
  }
  return text.length;
}

function endOfLiteral(text: string, start: number): number {
  const end = text.indexOf(']', start);
  return end < 0 ? text.length : end + 1;
}

function readRoute(text: string): { route: string | undefined; end: number } {
  let start = 0;
  while (isSpace(text.charCodeAt(start))) start++;
  const end = text.charCodeAt(start) === char.AT ? text.indexOf(':', start) : -1;
  if (end < 0) return { route: undefined, end: start };
  return { route: text.slice(start, end).replace(/[ \t\r\n]+/g, ''), end: end + 1 };
}

/** A domain has no blanks: what follows one is somebody's remark. */
function firstWord(domain: string): string {
  const blank = domain.indexOf(' ', domain.startsWith('[') ? endOfLiteral(domain, 0) : 0);
  return blank < 0 ? domain : domain.slice(0, blank);
}
