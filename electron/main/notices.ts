/** A message of the operating system. */
export interface Notice {
  readonly title: string;
  readonly body: string;
}

/** Shows what somebody must know who has no window open. Each problem once, and again only after it was gone. */
export class Notices {
  readonly #show: (notice: Notice) => void;
  readonly #told = new Map<string, string>();

  constructor(show: (notice: Notice) => void) {
    this.#show = show;
  }

  /** @param body what is wrong, with the remedy; undefined: nothing is */
  report(problem: string, title: string, body: string | undefined): void {
    if (body === undefined) {
      this.#told.delete(problem);
      return;
    }
    if (this.#told.get(problem) === body) return;
    this.#told.set(problem, body);
    this.#show({ title, body });
  }

  has(problem: string): boolean {
    return this.#told.has(problem);
  }
}
