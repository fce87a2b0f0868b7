type Listener = (accountId: string, percent: number) => void;

/** Carries what the store says of quotas to whoever shows it: the store is there first. */
export class QuotaWarnings {
  readonly #listeners = new Set<Listener>();

  readonly tell: Listener = (accountId, percent) => {
    for (const listener of this.#listeners) listener(accountId, percent);
  };

  /** Returns how to stop listening. */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
