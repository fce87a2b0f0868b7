/** What is wrong at this moment and a person should know of, by what it is about. */
export class Problems {
  readonly #texts = new Map<string, string>();
  readonly #listeners = new Set<() => void>();

  /** @param text for people, with the remedy; undefined: nothing is wrong with it any more */
  report(about: string, text: string | undefined): void {
    if (this.#texts.get(about) === text) return;
    if (text === undefined) this.#texts.delete(about);
    else this.#texts.set(about, text);
    for (const listener of this.#listeners) listener();
  }

  /** The oldest first. */
  get texts(): readonly string[] {
    return [...this.#texts.values()];
  }

  /** Returns how to stop listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
