/** The connection ended, or nothing came in time. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
}

/** A promise that somebody else settles, and that time settles when nobody does. */
export class Waiter<T> {
  readonly promise: Promise<T>;
  /** True once it is settled, so that what comes later goes to somebody who still waits. */
  over = false;
  readonly #timer: NodeJS.Timeout;
  readonly #onOver: () => void;
  #resolve: (value: T) => void = () => {};
  #reject: (reason: Error) => void = () => {};

  /**
   * @param what names what is waited for, in the error.
   * @param timeout milliseconds.
   */
  constructor(what: string, timeout: number, onOver: () => void = () => {}) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#onOver = onOver;
    const error = new ConnectionFailed(`waited ${timeout} ms for ${what}`); // made here: the stack shows who waited
    this.#timer = setTimeout(() => this.reject(error), timeout);
  }

  resolve(value: T): void {
    this.#settle();
    this.#resolve(value);
  }

  reject(reason: Error): void {
    this.#settle();
    this.#reject(reason);
  }

  #settle(): void {
    this.over = true;
    clearTimeout(this.#timer);
    this.#onOver();
  }
}
