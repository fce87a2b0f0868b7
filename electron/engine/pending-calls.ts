import type { AdminResult } from '../../core/admin/contract.ts';

type Settle = (result: AdminResult<unknown>) => void;

/** Calls that an engine has not answered yet. */
export class PendingCalls {
  readonly #waiting = new Map<number, Settle>();
  #lastId = 0;

  /** Notes a call; `send` gets its id. */
  add(send: (id: number) => void): Promise<AdminResult<unknown>> {
    return new Promise((resolve) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, resolve);
      send(id);
    });
  }

  settle(id: number, result: AdminResult<unknown>): void {
    this.#waiting.get(id)?.(result);
    this.#waiting.delete(id);
  }

  /** Nobody will answer them any more. */
  settleAll(result: AdminResult<never>): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const settle of waiting) settle(result);
  }
}
