import { searchLimits } from '../../../base/limits.ts';
import { summarise } from '../../../mail/mime/summarise.ts';
import { matcherOf } from '../../../mail/search/matches.ts';
import type { ContentCriterion } from '../../../mail/search-criteria.ts';
import { FITS, FITS_NOT } from '../search-tasks.ts';
import type { RecordSource } from './record-source.ts';

/** Looks into messages until the time for one piece of work is over. A message that is gone does not fit. */
export function scan(source: RecordSource, criterion: ContentCriterion, blobs: Float64Array): Uint8Array {
  const fits = matcherOf(criterion);
  const verdicts: number[] = [];
  const end = performance.now() + searchLimits.batch;
  for (const blob of blobs) {
    const message = source.read(blob);
    verdicts.push(message !== undefined && fits(message, summarise(message).parts) ? FITS : FITS_NOT);
    if (performance.now() > end) break;
  }
  return Uint8Array.from(verdicts);
}
