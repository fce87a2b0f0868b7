/** Why somebody was not let in. */
export type RefusalReason =
  | 'userLimit'
  | 'addressLimit'
  | 'accessRule'
  | 'lockedOut'
  | 'wrongPassword'
  | 'disabled'
  | 'tooManyConnections';

/** One refusal, for the administrator: the client is told less. */
export interface Refusal {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason: RefusalReason;
  readonly user: string | undefined;
  readonly address: string;
  /** What the client said of itself (ID, RFC 2971). */
  readonly clientId: string | undefined;
  /** The limit that was reached, such as 20. */
  readonly limit: number | undefined;
  /** Who held the slots at that moment. */
  readonly holders: readonly SlotHolder[];
  /** In words. */
  readonly text: string;
  /** The key of the setting to look at. */
  readonly setting: string | undefined;
}

/** A session that has a slot under a login limit. */
export interface SlotHolder {
  readonly session: number;
  readonly user: string;
  readonly address: string;
  readonly clientId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Remembers the newest refusals and tells of each as it comes. */
export interface RefusalLog {
  /** Also writes the line in the log. The moment is now. */
  record(refusal: Omit<Refusal, 'at'>): void;
  /** The newest first. */
  recent(): readonly Refusal[];
  /** Returns how to stop listening. */
  onRefusal(listener: (refusal: Refusal) => void): () => void;
}
