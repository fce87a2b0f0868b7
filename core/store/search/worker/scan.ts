import { searchLimits } from '../../../base/limits.ts';
import { listedFieldsSelector } from '../../../mail/mime/listed-fields.ts';
import { headerTextOf, layoutOf } from '../../../mail/mime/summarise.ts';
import { headerMatcherOf, matcherOf, searchedField } from '../../../mail/search/matches.ts';
import { type ContentCriterion, type HeaderCriterion, isOfHeader } from '../../../mail/search-criteria.ts';
import { LISTED_FIELDS, type PartLayout } from '../../../mail/summary.ts';
import { FITS, FITS_NOT } from '../search-tasks.ts';
import type { KnownSummaries } from './known-summaries.ts';
import type { RecordSource } from './record-source.ts';

/** What a scan looks at. */
export interface Scanned {
  readonly source: RecordSource;
  /** What they know need not be made out of the message. */
  readonly summaries: KnownSummaries;
}

/** Says of some messages, the summaries of which are read together, whether the i-th fits. */
type Look = (blobs: readonly number[]) => (i: number) => boolean;

/**
 * Looks into messages until the time for one piece of work is over. A message that is gone does not fit.
 * @param blobs ascending, each once
 */
export function scan(scanned: Scanned, criterion: ContentCriterion, blobs: Float64Array): Uint8Array {
  const look = isOfHeader(criterion) ? headerLook(scanned, criterion) : bodyLook(scanned, criterion);
  const verdicts: number[] = [];
  const end = performance.now() + searchLimits.batch;
  for (let at = 0; at < blobs.length && (at === 0 || performance.now() <= end); at += searchLimits.summariesRead) {
    const some = Array.from(blobs.subarray(at, at + searchLimits.summariesRead));
    const fits = look(some);
    for (let i = 0; i < some.length; i++) {
      verdicts.push(fits(i) ? FITS : FITS_NOT);
      if (performance.now() > end) return Uint8Array.from(verdicts);
    }
  }
  return Uint8Array.from(verdicts);
}

/** The header alone, or of it the field alone where the summary has it. */
function headerLook({ source, summaries }: Scanned, criterion: HeaderCriterion): Look {
  const fits = headerMatcherOf(criterion);
  const name = searchedField(criterion);
  const isListed = LISTED_FIELDS.has(name);
  const select = isListed ? listedFieldsSelector(new Set([name])) : undefined;
  return (blobs) => {
    const listed: (string | undefined)[] = [];
    if (isListed) summaries.read(blobs, 'listedFields', (i, fields) => (listed[i] = fields));
    return (i) => {
      const fields = listed[i];
      if (fields !== undefined) return fits(select!(fields));
      const message = source.read(blobs[i]!);
      return message !== undefined && fits(headerTextOf(message));
    };
  };
}

/** The whole message; where its parts lie is known from the summary. */
function bodyLook({ source, summaries }: Scanned, criterion: ContentCriterion): Look {
  const fits = matcherOf(criterion);
  return (blobs) => {
    const layouts: PartLayout[] = [];
    summaries.read(blobs, 'parts', (i, parts) => (layouts[i] = parts));
    return (i) => {
      const message = source.read(blobs[i]!);
      return message !== undefined && fits(message, layouts[i] ?? layoutOf(message));
    };
  };
}
