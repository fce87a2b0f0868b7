import { searchLimits } from '../../../base/limits.ts';
import type { Pieces } from '../../../base/pieces.ts';
import { listedFieldsSelector } from '../../../mail/mime/listed-fields.ts';
import { headerTextOf, layoutOf } from '../../../mail/mime/summarise.ts';
import { headerMatcherOf, piecewiseMatcherOf, searchedField } from '../../../mail/search/matches.ts';
import { type ContentCriterion, type HeaderCriterion, isOfHeader } from '../../../mail/search-criteria.ts';
import { LISTED_FIELDS, type PartLayout } from '../../../mail/summary.ts';
import { FITS, FITS_NOT, type ScanReply, type ScanTask } from '../search-tasks.ts';
import { BlobRows } from './blob-rows.ts';
import { KnownSummaries } from './known-summaries.ts';
import { RecordSource } from './record-source.ts';

/** What a scan looks at. */
interface Scanned {
  readonly source: RecordSource;
  /** What they know need not be made out of the message. */
  readonly summaries: KnownSummaries;
}

/** Says of some messages, the summaries of which are read together, whether the i-th fits. */
type Look = (blobs: readonly number[]) => (i: number) => Pieces<boolean>;

/**
 * Looks into messages of an account until the time is over. A message that is gone does not fit. Needs nothing of the index,
 * and so no lock of it either; what it opens is its own, since an account may be closed while it is left alone.
 */
export function* scanAccount({ folder, criterion, blobs, frozen }: ScanTask): Pieces<ScanReply> {
  const rows = new BlobRows(folder, frozen);
  const source = new RecordSource(folder, rows);
  const summaries = new KnownSummaries(folder);
  try {
    return { verdicts: yield* scan({ source, summaries }, criterion, blobs) };
  } finally {
    summaries.close();
    source.close();
    rows.close();
  }
}

/** @param blobs ascending, each once */
function* scan(scanned: Scanned, criterion: ContentCriterion, blobs: Float64Array): Pieces<Uint8Array> {
  const look = isOfHeader(criterion) ? headerLook(scanned, criterion) : bodyLook(scanned, criterion);
  const verdicts: number[] = [];
  const end = performance.now() + searchLimits.scanTime;
  for (let at = 0; at < blobs.length && (at === 0 || performance.now() <= end); at += searchLimits.summariesRead) {
    const some = Array.from(blobs.subarray(at, at + searchLimits.summariesRead));
    scanned.source.locate(some);
    const fits = look(some);
    for (let i = 0; i < some.length; i++) {
      verdicts.push((yield* fits(i)) ? FITS : FITS_NOT);
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
    return function* (i) {
      const fields = listed[i];
      if (fields !== undefined) return fits(select!(fields));
      const message = source.read(blobs[i]!);
      yield;
      return message !== undefined && fits(headerTextOf(message));
    };
  };
}

/** The whole message; where its parts lie is known from the summary. */
function bodyLook({ source, summaries }: Scanned, criterion: ContentCriterion): Look {
  const fits = piecewiseMatcherOf(criterion);
  return (blobs) => {
    const layouts: PartLayout[] = [];
    summaries.read(blobs, 'parts', (i, parts) => (layouts[i] = parts));
    return function* (i) {
      const message = source.read(blobs[i]!);
      if (message === undefined) return false;
      yield;
      return yield* fits(message, layouts[i] ?? layoutOf(message));
    };
  };
}
