import { wireLimits } from '../../base/limits.ts';
import type { NumberSet } from '../../base/number-set.ts';
import { credentialText } from '../../base/password-text.ts';
import { Class } from './characters.ts';
import { type DateTime, readDate, readDateTime } from './date-time.ts';
import { readMailbox, readMailboxPattern } from './mailbox-name.ts';
import { readSequenceSet } from './number-set.ts';
import { readNonZeroNumber, readNumber, readNumber64 } from './numbers.ts';
import type { ReceivedCommand } from './received-command.ts';
import { Scanner } from './scanner.ts';
import { detached, readAstring, readNstring, readString, readToken, toBytes, toText } from './strings.ts';

export interface ReaderOptions {
  /** How deep parentheses may be nested. */
  readonly nesting?: number;
}

/** The message of an APPEND. */
export interface MessageLiteral {
  /** Shares memory with the command. May have NULs, also when it is no literal8: the caller decides. */
  readonly bytes: Uint8Array;
  readonly literal8: boolean;
}

/**
 * Reads the arguments of a command so that the code reads like the ABNF of RFC 9051 section 9. Two families: `thing()`
 * tries, and answers undefined (false) with nothing taken when what stands here cannot begin a thing; `expectThing()`
 * throws Malformed then, with a text that names what was expected and where. Both throw Malformed when a thing begins
 * here and is broken. Nothing else is ever thrown, whatever the octets.
 */
export class ArgumentReader {
  readonly #scanner: Scanner;
  readonly #nesting: number;

  constructor(command: ReceivedCommand, options: ReaderOptions = {}) {
    this.#scanner = new Scanner(command);
    this.#nesting = options.nesting ?? wireLimits.nesting;
  }

  /** tag = 1*<any ASTRING-CHAR except "+"> */
  tag(): string | undefined {
    return readToken(this.#scanner, Class.tag, 'The tag');
  }

  expectTag(): string {
    return this.tag() ?? this.#fail('a tag');
  }

  /** The name of a command in upper case; an atom. @throws Malformed */
  commandName(): string {
    return this.expectAtom('a command').toUpperCase();
  }

  /** Exactly one SP (RFC 9051 section 9, note 2). */
  space(): boolean {
    return this.#scanner.char(' ');
  }

  expectSpace(): void {
    if (!this.space()) this.#fail('a space');
  }

  /** True at the end of the command. */
  end(): boolean {
    return this.#scanner.atEnd;
  }

  expectEnd(): void {
    if (!this.end()) this.#fail('the end of the command');
  }

  /** The next octet; `{` where a literal stands; undefined at the end of the command. */
  peek(): number | undefined {
    return this.#scanner.peek();
  }

  /** One ASCII character such as `(`. Case-sensitive. */
  char(character: string): boolean {
    return this.#scanner.char(character);
  }

  expectChar(character: string): void {
    if (!this.char(character)) this.#fail(`'${character}'`);
  }

  /**
   * One of these words, given in upper case, whatever the case it was sent in; answers it as given. A word ends before
   * any octet that no atom has, and before `[`, `<` and `>`; `BODY` is not found in `BODYSTRUCTURE`.
   */
  keyword<Word extends string>(...words: readonly Word[]): Word | undefined {
    const scanner = this.#scanner;
    const end = scanner.endOf(Class.keyword);
    for (const word of words) {
      if (!scanner.isWord(word, end)) continue;
      scanner.at = end;
      return word;
    }
    return undefined;
  }

  expectKeyword<Word extends string>(...words: readonly Word[]): Word {
    return this.keyword(...words) ?? this.#fail(words.join(' or '));
  }

  /** atom = 1*ATOM-CHAR */
  atom(): string | undefined {
    return readToken(this.#scanner, Class.atom, 'The atom');
  }

  expectAtom(what = 'an atom'): string {
    return this.atom() ?? this.#fail(what);
  }

  /** astring, raw. May share memory with the command. */
  astring(): Uint8Array | undefined {
    const octets = readAstring(this.#scanner);
    return octets === undefined ? undefined : toBytes(octets);
  }

  expectAstring(what = 'a string'): Uint8Array {
    return this.astring() ?? this.#fail(what);
  }

  /** astring, decoded from UTF-8. @throws Malformed when it is not UTF-8 */
  astringText(): string | undefined {
    const octets = readAstring(this.#scanner);
    return octets === undefined ? undefined : toText(octets, this.#scanner, 'The string');
  }

  /** astring that is a user name or a password, in whatever charset. */
  expectCredential(what: string): string {
    return credentialText(this.expectAstring(what));
  }

  expectAstringText(what = 'a string'): string {
    return this.astringText() ?? this.#fail(what);
  }

  /** string = quoted / literal, raw. May share memory with the command. */
  string(): Uint8Array | undefined {
    const octets = readString(this.#scanner);
    return octets === undefined ? undefined : toBytes(octets);
  }

  expectString(what = 'a quoted string or literal'): Uint8Array {
    return this.string() ?? this.#fail(what);
  }

  /** nstring = string / nil, raw; null for NIL. */
  nstring(): Uint8Array | null | undefined {
    const octets = readNstring(this.#scanner);
    return typeof octets === 'string' ? toBytes(octets) : octets;
  }

  expectNstring(what = 'a quoted string, literal or NIL'): Uint8Array | null {
    const octets = this.nstring();
    return octets === undefined ? this.#fail(what) : octets;
  }

  /** literal / literal8 as APPEND takes it (RFC 3516 section 4.4). */
  message(): MessageLiteral | undefined {
    const literal = this.#scanner.peekLiteral();
    if (literal === undefined) return undefined;
    this.#scanner.passLiteral();
    return { bytes: literal.octets, literal8: literal.literal8 };
  }

  expectMessage(): MessageLiteral {
    return this.message() ?? this.#fail('a literal with the message');
  }

  /** number: 0 to 2^32 - 1 */
  number(): number | undefined {
    return readNumber(this.#scanner);
  }

  expectNumber(what = 'a number'): number {
    return this.number() ?? this.#fail(what);
  }

  /** nz-number: 1 to 2^32 - 1, no leading 0 */
  nonZeroNumber(): number | undefined {
    return readNonZeroNumber(this.#scanner);
  }

  expectNonZeroNumber(what = 'a number above 0'): number {
    return this.nonZeroNumber() ?? this.#fail(what);
  }

  /** number64: 0 to 2^63 - 1; above 2^53 - 1, which nothing here ever reaches, it is 2^53 - 1. */
  number64(): number | undefined {
    return readNumber64(this.#scanner);
  }

  expectNumber64(what = 'a number'): number {
    return this.number64() ?? this.#fail(what);
  }

  /** sequence-set, or `$` alone (RFC 5182). */
  sequenceSet(): NumberSet | '$' | undefined {
    return readSequenceSet(this.#scanner);
  }

  expectSequenceSet(what = 'a set of message numbers'): NumberSet | '$' {
    return this.sequenceSet() ?? this.#fail(what);
  }

  /**
   * mailbox, as Unicode; any case of INBOX is `INBOX`.
   * @param utf8 the name is UTF-8; otherwise modified UTF-7, or UTF-8 when it has 8-bit octets
   * @throws Malformed when the name is not encoded so
   */
  mailbox(utf8: boolean): string | undefined {
    return readMailbox(this.#scanner, utf8);
  }

  expectMailbox(utf8: boolean): string {
    return this.mailbox(utf8) ?? this.#fail('a mailbox name');
  }

  /** list-mailbox, as Unicode with its wildcards. */
  listMailbox(utf8: boolean): string | undefined {
    return readMailboxPattern(this.#scanner, utf8);
  }

  expectListMailbox(utf8: boolean): string {
    return this.listMailbox(utf8) ?? this.#fail('a mailbox name or pattern');
  }

  /** flag = "\Seen" / … / flag-keyword / flag-extension, as it was written. Takes `\Recent`, too. */
  flag(): string | undefined {
    const scanner = this.#scanner;
    const start = scanner.at;
    if (!scanner.char('\\')) {
      const keyword = this.atom();
      return keyword === undefined ? undefined : detached(keyword);
    }
    const name = this.expectAtom('a flag name after the \\');
    scanner.at = start;
    return detached(scanner.take(start + 1 + name.length));
  }

  expectFlag(what = 'a flag'): string {
    return this.flag() ?? this.#fail(what);
  }

  /** flag-list = "(" [flag *(SP flag)] ")" */
  expectFlagList(): string[] {
    return this.expectList(() => this.expectFlag());
  }

  /** date-time of APPEND, in quotes. @throws Malformed for a quoted string that is none */
  dateTime(): DateTime | undefined {
    return readDateTime(this.#scanner);
  }

  expectDateTime(): DateTime {
    return this.dateTime() ?? this.#fail('a date such as "17-Jul-1996 02:44:25 -0700"');
  }

  /** date, with or without quotes: days since 1970-01-01. */
  date(): number | undefined {
    return readDate(this.#scanner);
  }

  expectDate(): number {
    return this.date() ?? this.#fail('a date such as 1-Feb-1994');
  }

  /** "(" [item *(SP item)] ")". One level of nesting. */
  list<T>(item: () => T): T[] | undefined {
    if (!this.char('(')) return undefined;
    return this.nested(() => {
      const items: T[] = [];
      if (this.char(')')) return items;
      do items.push(item());
      while (this.space());
      this.expectChar(')');
      return items;
    });
  }

  /** The same; with `min: 1` an empty list is Malformed. */
  expectList<T>(item: () => T, { min = 0 }: { readonly min?: 0 | 1 } = {}): T[] {
    const items = this.list(item) ?? this.#fail("'('");
    if (items.length < min) throw this.#scanner.wrong('An empty list is not allowed');
    return items;
  }

  /** Runs `read` one level deeper. @throws Malformed beyond the limit, so that no input ends the stack */
  nested<T>(read: () => T): T {
    const scanner = this.#scanner;
    if (scanner.depth === this.#nesting) throw scanner.wrong(`More than ${this.#nesting} levels of nesting`);
    scanner.depth++;
    const value = read();
    scanner.depth--;
    return value;
  }

  /** Everything to the end of the line, raw. @throws Malformed when a literal comes before it */
  rest(): Uint8Array {
    const scanner = this.#scanner;
    const octets = toBytes(scanner.take(scanner.text.length));
    this.expectEnd();
    return octets;
  }

  #fail(what: string): never {
    throw this.#scanner.expected(what);
  }
}
