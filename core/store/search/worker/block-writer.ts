import { searchLimits } from '../../../base/limits.ts';
import { decodeBlock } from './block.ts';
import type { IndexedMessage } from './indexed-message.ts';
import type { SearchDatabase } from './search-database.ts';

/** Puts messages into blocks, the last block first as long as it has room. To be used inside a transaction. */
export class BlockWriter {
  readonly #database: SearchDatabase;
  #id = 1;
  #messages: IndexedMessage[] = [];
  #octets = 0;
  #changed = false;

  constructor(database: SearchDatabase) {
    this.#database = database;
    const last = database.lastBlock();
    if (!last) return;
    this.#id = last.id + 1;
    // It was not the last when it was taken into a chunk; those behind it have gone.
    if (database.chunks.placeOf(last.id)) return;
    this.#id = last.id;
    this.#messages = decodeBlock(last, (column) => database.column(last.id, column));
    this.#octets = this.#messages.reduce((sum, message) => sum + textLength(message), 0);
  }

  /** Ids may come in any order; inside a block they ascend. */
  add(message: IndexedMessage): void {
    // What stood for it while it was looked at.
    if (this.#messages.at(-1)?.blob === message.blob) this.#messages.pop();
    const last = this.#messages.at(-1);
    const full = this.#messages.length >= searchLimits.blockMessages || this.#octets >= searchLimits.blockText;
    if (last && (full || message.blob < last.blob)) this.#next();
    this.#messages.push(message);
    this.#octets += textLength(message);
    this.#changed = true;
  }

  /** Writes the block that is not full. */
  finish(): void {
    if (this.#changed) this.#database.put(this.#id, this.#messages);
    this.#changed = false;
  }

  #next(): void {
    this.finish();
    this.#id++;
    this.#messages = [];
    this.#octets = 0;
  }
}

function textLength({ header, body }: IndexedMessage): number {
  return header.length + body.length;
}
