import type { Rows } from '../../mail/ports.ts';
import type { ContentCriterion } from '../../mail/search-criteria.ts';

/** Finds messages by their content. The answer is exact and complete, however it is found. */
export interface ContentSearch {
  /** Those of the rows whose content fits, in order. Content that is gone for good fits nothing. */
  matching(candidates: Rows, criterion: ContentCriterion): Promise<Uint32Array>;
  /** New messages have been published. Costs next to nothing. */
  delivered(): void;
  /** Content is gone for good: what the index keeps of it can go. */
  vanished(): void;
  /** Waits for what is under way. Never rejects. */
  close(): Promise<void>;
}
