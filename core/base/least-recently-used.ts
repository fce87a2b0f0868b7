/** Things that are kept by name for their next use; when there are too many the longest unused is closed. */
export class LeastRecentlyUsed<Thing> {
  readonly #most: number;
  readonly #close: (thing: Thing) => void;
  /** The longest unused first. */
  readonly #things = new Map<string, Thing>();

  constructor(most: number, close: (thing: Thing) => void) {
    this.#most = most;
    this.#close = close;
  }

  /** What is kept under the name, or what `open` makes. */
  get(name: string, open: () => Thing): Thing {
    const thing = this.#things.get(name) ?? open();
    this.#things.delete(name);
    this.#things.set(name, thing);
    if (this.#things.size > this.#most) this.drop(this.#things.keys().next().value!);
    return thing;
  }

  names(): readonly string[] {
    return [...this.#things.keys()];
  }

  /** Closes what is kept under the name, if anything is. */
  drop(name: string): void {
    const thing = this.#things.get(name);
    if (thing === undefined) return;
    this.#things.delete(name);
    this.#close(thing);
  }
}
