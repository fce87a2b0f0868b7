/**
 * A strict reader of ENVELOPE and BODYSTRUCTURE by the ABNF of RFC 9051 section 9, for tests: what a client that takes the
 * grammar at its word makes of our text. Strings become strings, NIL null, numbers numbers, lists arrays.
 */
export type Value = string | number | null | readonly Value[];

export function readEnvelope(text: string): Value {
  return new GrammarReader(text).whole((reader) => reader.envelope());
}

/** `extended`: BODYSTRUCTURE; otherwise BODY, which must hold no extension data. */
export function readBody(text: string, extended: boolean): Value {
  return new GrammarReader(text).whole((reader) => reader.body(extended));
}

class GrammarReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(read: (reader: GrammarReader) => Value): Value {
    const value = read(this);
    if (this.#at !== this.#text.length) throw this.#error('the end');
    return value;
  }

  // envelope = "(" env-date SP env-subject SP env-from … ")"
  envelope(): Value {
    const string = () => this.#nstring();
    const list = () => this.#addresses();
    const members = [string, string, list, list, list, list, list, list, string, string];
    return this.#list(members);
  }

  body(extended: boolean): Value {
    this.#expect('(');
    const value = this.#text[this.#at] === '(' ? this.#multipart(extended) : this.#single(extended);
    this.#expect(')');
    return value;
  }

  // body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
  #multipart(extended: boolean): Value {
    const parts: Value[] = [];
    while (this.#text[this.#at] === '(') parts.push(this.body(extended));
    parts.push(this.#after(() => this.#string()));
    if (extended)
      parts.push(
        this.#after(() => this.#parameters()),
        ...this.#extension(),
      );
    return parts;
  }

  #single(extended: boolean): Value {
    const type = this.#string();
    const subtype = this.#after(() => this.#string());
    const fields: Value[] = [type, subtype, this.#after(() => this.#parameters())];
    fields.push(
      this.#after(() => this.#nstring()),
      this.#after(() => this.#nstring()),
    );
    fields.push(
      this.#after(() => this.#string()),
      this.#after(() => this.#number()),
    );
    if (type === 'message' && (subtype === 'rfc822' || subtype === 'global')) {
      fields.push(
        this.#after(() => this.envelope()),
        this.#after(() => this.body(extended)),
      );
      fields.push(this.#after(() => this.#number()));
    }
    if (type === 'text') fields.push(this.#after(() => this.#number()));
    if (extended)
      fields.push(
        this.#after(() => this.#nstring()),
        ...this.#extension(),
      );
    return fields;
  }

  // [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc]]]: ours are always there
  #extension(): Value[] {
    const disposition = () => (this.#nil() ? null : this.#list([() => this.#string(), () => this.#parameters()]));
    return [this.#after(disposition), this.#after(() => this.#languages()), this.#after(() => this.#nstring())];
  }

  #languages(): Value {
    if (this.#text[this.#at] !== '(') return this.#nstring();
    return this.#repeated(() => this.#string(), ' ');
  }

  // body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
  #parameters(): Value {
    if (this.#nil()) return null;
    const strings = this.#repeated(() => this.#string(), ' ');
    if (strings.length % 2 !== 0) throw this.#error('pairs of strings');
    return strings;
  }

  // env-from = "(" 1*address ")" / nil
  #addresses(): Value {
    if (this.#nil()) return null;
    const string = () => this.#nstring();
    return this.#repeated(() => this.#list([string, string, string, string]), '');
  }

  #list(members: readonly (() => Value)[]): Value {
    this.#expect('(');
    const values = members.map((member, i) => (i === 0 ? member() : this.#after(member)));
    this.#expect(')');
    return values;
  }

  #repeated(item: () => Value, separator: string): readonly Value[] {
    this.#expect('(');
    const values = [item()];
    while (this.#text[this.#at] !== ')') {
      this.#expect(separator);
      values.push(item());
    }
    this.#expect(')');
    return values;
  }

  #after(item: () => Value): Value {
    this.#expect(' ');
    return item();
  }

  #nil(): boolean {
    const isNil = this.#text.startsWith('NIL', this.#at);
    if (isNil) this.#at += 3;
    return isNil;
  }

  #nstring(): Value {
    return this.#nil() ? null : this.#string();
  }

  #number(): Value {
    return Number(this.#match(/\d{1,10}/y)[0]);
  }

  #string(): string {
    if (this.#text[this.#at] === '"') return this.#quoted();
    const length = Number(this.#match(/\{(\d+)\}\r\n/y)[1]);
    const content = this.#text.slice(this.#at, this.#at + length);
    if (content.length !== length || content.includes('\0')) throw this.#error('a literal of CHAR8');
    this.#at += length;
    return content;
  }

  // QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials; no 8-bit in IMAP4rev1
  #quoted(): string {
    const content = this.#match(/"((?:[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]|\\["\\])*)"/y)[1]!;
    return content.replace(/\\(.)/g, '$1');
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw this.#error(String(pattern));
    this.#at = pattern.lastIndex;
    return match;
  }

  #expect(text: string): void {
    if (!this.#text.startsWith(text, this.#at)) throw this.#error(`'${text}'`);
    this.#at += text.length;
  }

  #error(expected: string): Error {
    return new Error(`expected ${expected} at ${this.#at}: ${this.#text.slice(this.#at - 30, this.#at + 30)}`);
  }
}
