/** What those who started a transfer see of it, and how they end it. */
export interface TransferWatch {
  /** Aborted: the transfer ends soon, by rejecting; what is in the store by then is whole messages. */
  readonly signal: AbortSignal;
  /** More to do than was known, or less (below 0). On the scale of `done`, whatever that is: octets of a file, messages. */
  expect(more: number): void;
  /** How much of it is behind us. */
  done(done: number): void;
  /** Messages are where they should go, and would survive a power cut there; below 0: they are not after all. */
  transferred(messages: number, octets: number): void;
  /** Of these so many got CRLF where they had LF. */
  lineEndsChanged(messages: number): void;
  /** A message was there already. */
  duplicate(): void;
  /** Something was left out. For people: what, and why. @param messages how many that are, 1 when nobody knows */
  skipped(what: string, why: string, messages?: number): void;
  /** A remark on the whole, for people. */
  note(text: string): void;
}
