/**
 * Work of a thread that others wait for, too: where it yields it may be left alone for a while. It yields as often as it
 * likes; who does it looks at the time.
 */
export type Pieces<T> = Generator<undefined, T, undefined>;

export function isPieces(value: unknown): value is Pieces<unknown> {
  return Object.prototype.toString.call(value) === '[object Generator]';
}

/** Does all of it now. */
export function atOnce<T>(work: Pieces<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
