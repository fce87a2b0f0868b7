import { mimeLimits } from '../../base/limits.ts';
import { type AddressSpec, parseSpec } from './address-spec.ts';
import { trimBlanks } from './field-scanner.ts';
import { isSpace } from './octets.ts';
import * as char from './structured-text.ts';

/** An address, or one end of a group, in the four fields that ENVELOPE shows (RFC 9051 section 7.5.2). */
export interface Address {
  readonly name: string | undefined;
  readonly route: string | undefined;
  /** The local part; a group's name at its beginning, undefined at its end. */
  readonly mailbox: string | undefined;
  /** Undefined only at both ends of a group: an address without a domain has the empty one. */
  readonly host: string | undefined;
}

const GROUP_END: Address = { name: undefined, route: undefined, mailbox: undefined, host: undefined };

/**
 * Reads an address list (RFC 5322 section 3.4 and the obsolete forms of section 4.4), unfolded. Never fails: what is no
 * address is shown as well as the four fields allow, so that one sees who wrote. Encoded words stay as they are.
 */
export function parseAddresses(field: string): readonly Address[] {
  return new AddressReader(field).read();
}

class AddressReader {
  readonly #text: string;
  readonly #found: Address[] = [];
  /** Where the address being read begins. */
  #begin = 0;
  /** Its words so far, quoting taken off, one blank between words. */
  #phrase = '';
  #spaced = false;
  #comment: string | undefined;
  /** It has an at sign outside of quotes and brackets. */
  #hasAt = false;
  /** Its angle brackets were read: the rest up to the comma is ignored. */
  #done = false;
  #inGroup = false;
  /** Cleared by a quote that is never closed: from then on quotes are passed over. */
  #quotesMatch = true;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly Address[] {
    const { length } = this.#text;
    let i = 0;
    while (i < length && this.#found.length < mimeLimits.addresses) i = this.#step(i);
    this.#endAddress(i);
    if (this.#inGroup) this.#found.push(GROUP_END);
    return this.#found;
  }

  /** Reads what begins at `i`; returns where the next begins. */
  #step(i: number): number {
    switch (this.#text.charCodeAt(i)) {
      case char.COMMA:
        return this.#endAddress(i);
      case char.SEMICOLON:
        return this.#endGroup(i);
      case char.COLON:
        return this.#beginGroup(i);
      case char.LESS:
        return this.#angleAddress(i);
      case char.QUOTE:
        return this.#quoted(i);
      case char.OPEN:
        return this.#readComment(i);
      default:
        return this.#word(i);
    }
  }

  #word(start: number): number {
    const text = this.#text;
    let i = start;
    while (i < text.length && isSpace(text.charCodeAt(i))) i++;
    if (i > start) {
      this.#spaced = true;
      return i;
    }
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === char.AT) this.#hasAt = true;
      else if (endsWord(code)) break;
    }
    if (i === start) return i + 1;
    this.#append(text.slice(start, i));
    return i;
  }

  #quoted(start: number): number {
    const quoted = this.#quotesMatch ? char.readQuoted(this.#text, start) : undefined;
    if (!quoted?.closed) {
      this.#quotesMatch = false;
      return start + 1;
    }
    this.#append(quoted.text);
    return quoted.end;
  }

  #readComment(start: number): number {
    const comment = char.readComment(this.#text, start);
    this.#comment = trimBlanks(comment.text);
    this.#spaced = true;
    return comment.end;
  }

  #append(word: string): void {
    this.#phrase += this.#spaced && this.#phrase !== '' ? ` ${word}` : word;
    this.#spaced = false;
  }

  #angleAddress(start: number): number {
    const end = endOfAngle(this.#text, start + 1);
    if (!this.#done) this.#add(this.#phrase || this.#comment, parseSpec(this.#text.slice(start + 1, end)));
    this.#done = true;
    return this.#text.charCodeAt(end) === char.GREATER ? end + 1 : end;
  }

  #beginGroup(i: number): number {
    // No group is inside a group, and no address has a colon: there it is a character like others
    if (this.#inGroup || this.#done || this.#hasAt) this.#append(':');
    else {
      this.#found.push({ name: undefined, route: undefined, mailbox: this.#phrase, host: undefined });
      this.#inGroup = true;
      this.#forget(i + 1);
    }
    return i + 1;
  }

  #endGroup(i: number): number {
    this.#endAddress(i);
    if (this.#inGroup) this.#found.push(GROUP_END);
    this.#inGroup = false;
    return i + 1;
  }

  #endAddress(end: number): number {
    if (!this.#done && this.#phrase !== '') this.#addBare(end);
    this.#forget(end + 1);
    return end + 1;
  }

  /** An address without brackets, or words that are none. */
  #addBare(end: number): void {
    if (this.#hasAt) this.#add(this.#comment, parseSpec(this.#text.slice(this.#begin, end)));
    else if (this.#phrase.includes(' ')) this.#add(this.#phrase, { route: undefined, mailbox: '', host: '' });
    else this.#add(this.#comment, { route: undefined, mailbox: this.#phrase, host: '' });
  }

  #add(name: string | undefined, spec: AddressSpec): void {
    const shown = trimBlanks(name ?? '') || undefined;
    if (shown || spec.mailbox || spec.host) this.#found.push({ name: shown, ...spec });
  }

  #forget(begin: number): void {
    this.#begin = begin;
    this.#phrase = '';
    this.#spaced = false;
    this.#comment = undefined;
    this.#hasAt = false;
    this.#done = false;
  }
}

function endsWord(code: number): boolean {
  switch (code) {
    case char.QUOTE:
    case char.COMMA:
    case char.OPEN:
    case char.CLOSE:
    case char.LESS:
    case char.GREATER:
    case char.COLON:
    case char.SEMICOLON:
      return true;
    default:
      return isSpace(code);
  }
}

/** Where the bracket closes, or where the address must have ended because another begins. */
function endOfAngle(text: string, start: number): number {
  const isRoute = text.charCodeAt(start) === char.AT;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === char.GREATER || code === char.LESS) return i;
    if (code === char.QUOTE) i = char.readQuoted(text, i).end - 1;
    else if (code === char.COMMA && !isRoute) return i;
  }
  return text.length;
}
