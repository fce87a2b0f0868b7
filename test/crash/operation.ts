import type { CommandText, Reply } from '../support/raw-imap.ts';
import type { Model } from './model.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * One thing a writer does. It knows both of its outcomes: `confirmed` tells the model that it happened; after a crash
 * `settle` looks whether it did.
 */
export interface Operation {
  /** The mailbox that must be selected; undefined if that does not matter. */
  readonly selected?: string;
  readonly command: CommandText;
  /** The reply was OK. */
  confirmed(model: Model, reply: Reply): void;
  /**
   * No reply came before the server was killed: tells the model which outcome the snapshot shows. Returns what is wrong
   * when the snapshot shows neither, such as half of the messages of one APPEND.
   */
  settle(model: Model, snapshot: Snapshot): string | undefined;
}
