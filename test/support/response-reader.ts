/**
 * Cuts what a server sends into responses: a line and the literals inside it (RFC 9051 section 4.3), undecoded, without
 * the final CRLF. Work grows linearly with the octets, however they are split into chunks.
 */
export class ResponseReader {
  readonly #deliver: (response: Buffer) => void;
  /** Pieces of the response under way, literals included. */
  #pieces: Buffer[] = [];
  /** Pieces of its present line. */
  #line: Buffer[] = [];
  #literalLeft = 0;
  #mayHoldLiterals = true;

  /** @param deliver called with every complete response, in order; the octets are its own to keep. */
  constructor(deliver: (response: Buffer) => void) {
    this.#deliver = deliver;
  }

  /** Octets that came after the last complete response. */
  get pendingOctets(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#literalLeft > 0 ? this.#takeLiteral(chunk, at) : this.#takeLine(chunk, at);
    }
  }

  #takeLiteral(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#literalLeft);
    this.#pieces.push(chunk.subarray(at, end));
    this.#literalLeft -= end - at;
    return end;
  }

  #takeLine(chunk: Buffer, at: number): number {
    const newline = chunk.indexOf(10, at);
    const end = newline < 0 ? chunk.length : newline + 1;
    const piece = chunk.subarray(at, end);
    this.#line.push(piece);
    this.#pieces.push(piece);
    if (newline >= 0) this.#endLine();
    return end;
  }

  #endLine(): void {
    const line = this.#line.length === 1 ? this.#line[0]! : Buffer.concat(this.#line);
    const isFirstLine = this.#pieces.length === this.#line.length;
    this.#line = [];
    // Text for people may end in "{5}" by chance; status responses, tagged lines and "+" hold no literals.
    if (isFirstLine) this.#mayHoldLiterals = line[0] === 0x2a && !STATUS.test(line.toString('latin1', 0, 10));
    const length = this.#mayHoldLiterals ? literalLength(line) : undefined;
    if (length !== undefined) {
      this.#literalLeft = length;
      return;
    }
    const response = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#deliver(response.subarray(0, response.at(-2) === 13 ? -2 : -1));
  }
}

const STATUS = /^\* (OK|NO|BAD|BYE|PREAUTH)\b/;

/** The n of a line that ends in `{n}CRLF`. */
function literalLength(line: Buffer): number | undefined {
  if (line.at(-1) !== 10 || line.at(-2) !== 13 || line.at(-3) !== 0x7d) return undefined;
  const match = /\{(\d+)\}\r\n$/.exec(line.toString('latin1', Math.max(0, line.length - 24)));
  return match ? Number(match[1]) : undefined;
}
