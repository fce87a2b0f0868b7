import { skipByteOrderMark } from './byte-order-mark.ts';
import { judgeFromLine } from './mbox-from-line.ts';

const LF = 0x0a;
const before = Buffer.from('\n\n');
const SEPARATOR = Buffer.from('\nFrom ');
/** Octets kept when the rest is set aside: more than an incomplete separator and the empty line before it. */
const context = 16;
/** Octets that quoting may add to a message of the largest size before it is given up. */
const quotingSlack = 1024 * 1024;

/** What stands between two separators. */
export interface MboxEntry {
  /** The `From ` line without its line end; undefined for text before the first one. */
  readonly fromLine: string | undefined;
  /** The line end of the `From ` line. */
  readonly lineEnd: '\n' | '\r\n';
  /** Everything after the `From ` line, quoted as it is in the file; undefined when it is far too large. */
  readonly content: Buffer | undefined;
  /** Octets of the content. */
  readonly octets: number;
  /** Where the `From ` line begins in the file. */
  readonly offset: number;
}

/**
 * Cuts an mbox file into its entries, whatever pieces it comes in, holding one entry at a time. It looks for the rare
 * `\nFrom ` only, so the speed is that of a memory search.
 */
export class MboxSplitter {
  readonly #limit: number;
  /** Begins with the LF that ended the `From ` line, or with what is left of the entry after pieces were set aside. */
  // The file is read as if an empty line stood before it, so that its first line is judged like all others.
  #pending: Buffer = before;
  #pendingOffset = -before.length;
  #begun = false;
  #searched = 0;
  #pieces: Buffer[] = [];
  #setAside = 0;
  #oversize = false;
  #fromLine: string | undefined;
  #lineEnd: '\n' | '\r\n' = '\n';
  #entryOffset = 0;

  /** @param limit octets of the largest message. */
  constructor(limit: number) {
    this.#limit = limit + quotingSlack;
  }

  /** Entries that are complete with this piece of the file. */
  push(chunk: Buffer): MboxEntry[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (!this.#begun && !this.#begin()) return [];
    return this.#split(false);
  }

  /** False: too little of the file is here to tell whether it begins with a byte order mark. */
  #begin(): boolean {
    if (this.#pending.length < before.length + 3) return false;
    this.#begun = true;
    const mark = skipByteOrderMark(this.#pending.subarray(before.length));
    if (mark > 0) this.#pending = Buffer.concat([before, this.#pending.subarray(before.length + mark)]);
    this.#pendingOffset += mark;
    return true;
  }

  /** The rest, when the file has ended. */
  end(): MboxEntry[] {
    const entries = this.#split(true);
    const last = this.#entry(this.#pending.length);
    const isNothing = last.fromLine === undefined && isBlank(last);
    return isNothing ? entries : [...entries, last];
  }

  #split(final: boolean): MboxEntry[] {
    const entries: MboxEntry[] = [];
    for (;;) {
      const lf = this.#pending.indexOf(SEPARATOR, this.#searched);
      if (lf < 0) {
        this.#keepFrom(this.#pending.length - context);
        return entries;
      }
      const verdict = judgeFromLine(this.#pending, lf, final);
      if (verdict === 'needsMore') {
        this.#keepFrom(lf - context);
        return entries;
      }
      if (verdict === 'separator') this.#cut(lf, entries);
      else this.#searched = lf + 1;
    }
  }

  #cut(lf: number, entries: MboxEntry[]): void {
    const entry = this.#entry(lf + 1);
    if (entry.fromLine !== undefined || !isBlank(entry)) entries.push(entry);
    const found = this.#pending.indexOf(LF, lf + 1);
    const end = found < 0 ? this.#pending.length : found;
    const line = this.#pending.toString('latin1', lf + 1, end);
    this.#fromLine = line.replace(/\r$/, '');
    this.#lineEnd = line.endsWith('\r') ? '\r\n' : '\n';
    this.#entryOffset = this.#pendingOffset + lf + 1;
    this.#drop(end);
    this.#pieces = [];
    this.#setAside = 0;
    this.#oversize = false;
    this.#searched = 0;
  }

  #entry(end: number): MboxEntry {
    // The first octet is the LF of the `From ` line, or of the empty line that was put before the file.
    const start = 1;
    const octets = Math.max(0, this.#setAside + end - start);
    const content = this.#oversize ? undefined : Buffer.concat([...this.#pieces, this.#pending.subarray(0, end)]);
    return {
      fromLine: this.#fromLine,
      lineEnd: this.#lineEnd,
      content: octets > this.#limit ? undefined : content?.subarray(start),
      octets,
      offset: this.#entryOffset,
    };
  }

  #keepFrom(start: number): void {
    if (start <= 0) return;
    const piece = this.#pending.subarray(0, start);
    this.#setAside += piece.length;
    this.#oversize ||= this.#setAside > this.#limit;
    if (this.#oversize) this.#pieces = [];
    else this.#pieces.push(piece);
    this.#drop(start);
    this.#searched = Math.max(0, this.#searched - start);
  }

  #drop(octets: number): void {
    this.#pending = this.#pending.subarray(octets);
    this.#pendingOffset += octets;
  }
}

function isBlank(entry: MboxEntry): boolean {
  return entry.content !== undefined && !/\S/.test(entry.content.toString('latin1'));
}
