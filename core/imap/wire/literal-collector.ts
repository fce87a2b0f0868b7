/** Parts smaller than this are gathered: an object for each octet that trickles in would cost more than the octets. */
const SMALL = 4 * 1024;
const BLOCK = 64 * 1024;

/**
 * Gathers the octets of one literal that arrives in parts. Memory is taken as octets arrive, never for what was merely
 * announced: until half of the literal is here the parts are kept as they are; then the whole is allocated (at most
 * twice what has arrived), later parts go to their place in it, and with each of them as much of the earlier ones.
 * So every octet is moved once, no step takes long, and the peak is one and a half times the literal.
 */
export class LiteralCollector {
  readonly #size: number;
  #received = 0;
  /** Parts that came before the whole was allocated; the first `#moved` are in it already. */
  readonly #parts: Buffer[] = [];
  #block: Buffer | undefined;
  #blockUsed = 0;
  #whole: Buffer | undefined;
  #moved = 0;
  #movedOctets = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Octets that are still to come. */
  get missing(): number {
    return this.#size - this.#received;
  }

  /** Takes the next octets, no more than are missing. The part must not change afterwards. */
  add(part: Buffer): void {
    if (this.#whole === undefined && this.#received + part.length < this.#size / 2) {
      this.#keep(part);
    } else {
      this.#whole ??= this.#allocate();
      part.copy(this.#whole, this.#received);
      this.#moveEarlier(part.length);
    }
    this.#received += part.length;
  }

  /** The literal, once nothing is missing. It has one octet at least. */
  finish(): Buffer {
    // Less than half came before the whole was allocated, so with what came since all of it has been moved.
    return this.#whole!;
  }

  #keep(part: Buffer): void {
    // A part that is a small piece of a large chunk would keep all of the chunk.
    if (part.length >= SMALL && part.length * 2 >= part.buffer.byteLength) {
      this.#closeBlock();
      this.#parts.push(part);
      return;
    }
    for (let at = 0; at < part.length; ) {
      if (this.#block === undefined || this.#blockUsed === this.#block.length) {
        this.#closeBlock();
        this.#block = Buffer.allocUnsafeSlow(Math.min(BLOCK, Math.max(SMALL, this.#received)));
      }
      const copied = part.copy(this.#block, this.#blockUsed, at);
      this.#blockUsed += copied;
      at += copied;
    }
  }

  #closeBlock(): void {
    if (this.#block !== undefined) this.#parts.push(this.#block.subarray(0, this.#blockUsed));
    this.#block = undefined;
    this.#blockUsed = 0;
  }

  #allocate(): Buffer {
    this.#closeBlock();
    return Buffer.allocUnsafeSlow(this.#size);
  }

  /** Moves earlier parts into the whole, some more octets than given or all that are left. */
  #moveEarlier(octets: number): void {
    for (let budget = octets; budget > 0 && this.#moved < this.#parts.length; this.#moved++) {
      const part = this.#parts[this.#moved]!;
      part.copy(this.#whole!, this.#movedOctets);
      this.#movedOctets += part.length;
      this.#parts[this.#moved] = NOTHING;
      budget -= part.length;
    }
  }
}

const NOTHING = Buffer.alloc(0);
