import type { Database, Statement } from './database.ts';

/**
 * What a segment is, in the ledger:
 *
 * - growing: records are written to it. After an unclean end it may hold records that the index on the disk does not know.
 * - full: nothing is written to it any more. Noted only when its file is flushed and every record in it has a row, so the
 *   note is never on the disk without them: recovery need not read it.
 * - copy: compaction writes it. Noted, and flushed, before the file is made; nothing refers to it.
 * - givenUp: nothing refers to it, and its file is to be removed. Noted in the transaction in which compaction changes over.
 *
 * A file that the ledger does not know is one that grows: only the writer makes a file before its note is on the disk.
 */
export type SegmentState = 'growing' | 'full' | 'copy' | 'givenUp';

/** As they are stored, from 0. */
const STATES: readonly SegmentState[] = ['growing', 'full', 'copy', 'givenUp'];

/** The ledger of segments: writer, compaction, recovery and check all ask it. */
export class SegmentTable {
  readonly #all: Statement;
  readonly #set: Statement;
  readonly #forget: Statement;

  constructor(database: Database) {
    this.#all = database.prepare('SELECT number, state FROM segment ORDER BY number');
    this.#set = database.prepare(
      'INSERT INTO segment VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET state = excluded.state',
    );
    this.#forget = database.prepare('DELETE FROM segment WHERE number = ?');
  }

  /** Ascending by number. */
  all(): Map<number, SegmentState> {
    return new Map(this.#all.all().map(([number, state]) => [Number(number), STATES[Number(state)]!]));
  }

  /** Ascending. */
  in(...states: readonly SegmentState[]): number[] {
    return [...this.all()].filter(([, state]) => states.includes(state)).map(([number]) => number);
  }

  set(number: number, state: SegmentState): void {
    this.#set.run(number, STATES.indexOf(state));
  }

  forget(number: number): void {
    this.#forget.run(number);
  }
}
