import type { MessageSummary, SummaryField } from '../../../mail/summary.ts';
import { ViewsDatabase } from '../../summaries/views-database.ts';

/** The summaries that an account has already, read through a connection of the search thread's own. */
export class KnownSummaries {
  readonly #folder: string;
  #views: ViewsDatabase | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Calls `found` for each of the blobs that has a summary, with its index among them.
   * @param blobs ascending, each once
   */
  read<Field extends SummaryField>(
    blobs: readonly number[],
    field: Field,
    found: (index: number, value: MessageSummary[Field]) => void,
  ): void {
    try {
      this.#views ??= ViewsDatabase.forReading(this.#folder);
      this.#views?.read(blobs, [field], (index, summary) => found(index, summary[field]));
    } catch {
      // Broken or just made anew: what they would have said is made out of the messages.
      this.close();
    }
  }

  close(): void {
    this.#views?.close();
    this.#views = undefined;
  }
}
