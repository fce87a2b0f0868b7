import { Slice } from '../../base/slices.ts';
import type { Rows } from '../../mail/ports.ts';
import { matcherOf } from '../../mail/search/matches.ts';
import type { ContentCriterion } from '../../mail/search-criteria.ts';
import type { ContentReader } from '../segments/content-reader.ts';
import type { Summaries } from '../summaries/summaries.ts';

const AT_ONCE = 64;

/** Looks into every candidate, in the thread that serves everybody: for small messages, and where no other thread can be had. */
export class ScanSearch {
  readonly #reader: ContentReader;
  readonly #summaries: Summaries;

  constructor(reader: ContentReader, summaries: Summaries) {
    this.#reader = reader;
    this.#summaries = summaries;
  }

  async matching({ columns, rows }: Rows, criterion: ContentCriterion, gone?: AbortSignal): Promise<Uint32Array> {
    const fitting: number[] = [];
    const fits = matcherOf(criterion);
    const slice = new Slice();
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      gone?.throwIfAborted();
      const some = Array.from<number>(Array.prototype.slice.call(rows, at, at + AT_ONCE));
      const blobs = some.map((row) => columns.blob[row]!);
      const [contents, summaries] = await Promise.all([
        this.#reader.contents(blobs),
        this.#summaries.get(blobs, ['parts']),
      ]);
      for (const [i, row] of some.entries()) {
        const bytes = contents[i];
        const summary = summaries[i];
        if (bytes && summary && fits(bytes, summary.parts)) fitting.push(row);
        await slice.rest();
      }
    }
    return Uint32Array.from(fitting);
  }
}
