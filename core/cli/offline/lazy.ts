/** Something that takes time to open: opened when it is first asked for, and once only. */
export class Lazy<Value> {
  readonly #open: () => Promise<Value>;
  #opened: Promise<Value> | undefined;

  constructor(open: () => Promise<Value>) {
    this.#open = open;
  }

  get(): Promise<Value> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** Only if it was asked for and could be opened. */
  async close(close: (value: Value) => Promise<void>): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    if (opened !== undefined) await close(opened);
  }
}
