/** Something that is not as it should be. */
export interface Problem {
  /** For people: what is wrong and where. */
  readonly what: string;
  /** What repair does about it, or why it does nothing. */
  readonly remedy: string;
  /** Does it, in a transaction of the index. Without it the problem stays and will be reported again. */
  repair?(): void;
  /** Done after that, outside of the transaction. */
  afterRepair?(): Promise<void>;
}
