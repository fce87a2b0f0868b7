import { Malformed } from '../../base/errors.ts';
import { CLASSES } from './characters.ts';
import type { ReceivedCommand, ReceivedLiteral } from './received-command.ts';

const BRACE_OPEN = 0x7b;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;

/**
 * A cursor over a received command. The texts are read as octet strings (latin1: one character is one octet), because
 * that is what the engine compares and cuts fastest. All grammar is written on top of this class.
 */
export class Scanner {
  readonly #command: ReceivedCommand;
  #index = 0;
  /** The present text: from the last literal to the next one, or to the end of the command. */
  text: string;
  /** Where in `text` the next octet stands. */
  at = 0;
  /** How deep in parentheses; see nested(). */
  depth = 0;

  constructor(command: ReceivedCommand) {
    this.#command = command;
    this.text = command.texts[0]!.toString('latin1');
  }

  /** The next octet; `{` where a literal stands; undefined at the end of the command. */
  peek(): number | undefined {
    if (this.at < this.text.length) return this.text.charCodeAt(this.at);
    return this.#nextLiteral === undefined ? undefined : BRACE_OPEN;
  }

  get atEnd(): boolean {
    return this.at === this.text.length && this.#nextLiteral === undefined;
  }

  /** Takes one ASCII character. */
  char(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** Where the run of octets of this class ends that begins at `from`. */
  endOf(mask: number, from = this.at): number {
    const { text } = this;
    let end = from;
    while (end < text.length && (CLASSES[text.charCodeAt(end)]! & mask) !== 0) end++;
    return end;
  }

  /** Takes the octets up to `end`. */
  take(end: number): string {
    const taken = this.text.slice(this.at, end);
    this.at = end;
    return taken;
  }

  /** True when the octets up to `end` are this upper-case word, whatever their case. */
  isWord(word: string, end: number): boolean {
    if (word.length !== end - this.at) return false;
    for (let i = 0; i < word.length; i++) {
      let code = this.text.charCodeAt(this.at + i);
      if (code >= LOWER_A && code <= LOWER_Z) code -= 0x20;
      if (code !== word.charCodeAt(i)) return false;
    }
    return true;
  }

  /** The literal that stands here, looked at but not taken. */
  peekLiteral(): ReceivedLiteral | undefined {
    return this.at === this.text.length ? this.#nextLiteral : undefined;
  }

  /** Goes on behind the literal that stands here. */
  passLiteral(): void {
    this.#index++;
    this.text = this.#command.texts[this.#index]!.toString('latin1');
    this.at = 0;
  }

  /** What to throw when something else was expected here. Names it and the place. */
  expected(what: string): Malformed {
    return new Malformed(`Expected ${what} at ${this.#place()}, found ${this.#found()}`);
  }

  /** What to throw when what stands here may not be so. */
  wrong(what: string): Malformed {
    return new Malformed(`${what} at ${this.#place()}`);
  }

  get #nextLiteral(): ReceivedLiteral | undefined {
    return this.#command.literals[this.#index];
  }

  #place(): string {
    const column = `column ${this.at + 1}`;
    return this.#index === 0 ? column : `${column} after literal ${this.#index}`;
  }

  #found(): string {
    const code = this.peek();
    if (code === undefined) return 'the end of the command';
    if (this.at === this.text.length) return 'a literal';
    if (code === 0x20) return 'a space';
    if (code > 0x20 && code < 0x7f) return `'${String.fromCharCode(code)}'`;
    return `octet ${code}`;
  }
}
