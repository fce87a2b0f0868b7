import type { Rows } from '../../mail/ports.ts';
import type { ContentCriterion } from '../../mail/search-criteria.ts';

/** Finds messages by their content. The answer is exact and complete, however it is found. */
export interface ContentSearch {
  /** See OpenedMailbox.matching. Content that is gone for good fits nothing. */
  matching(candidates: Rows, criterion: ContentCriterion, gone?: AbortSignal): Promise<Uint32Array>;
  /** New messages have been published. Costs next to nothing. */
  delivered(): void;
  /** Content is gone for good: what the index keeps of it can go. */
  vanished(): void;
  /** Waits for what is under way. Never rejects. */
  close(): Promise<void>;
}
