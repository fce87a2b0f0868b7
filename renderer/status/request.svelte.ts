import type { AdminResult } from '../../core/admin/contract.ts';

/** Something the user has asked for with a button: whether it is under way, and why it failed. */
export class Request {
  #busy = $state(false);
  #error = $state.raw<string | undefined>(undefined);

  get busy(): boolean {
    return this.#busy;
  }

  get error(): string | undefined {
    return this.#error;
  }

  /** One at a time. True when it was done. */
  async run(ask: () => Promise<AdminResult<unknown>>): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    const reply = await ask();
    this.#busy = false;
    this.#error = reply.ok ? undefined : reply.error.message;
    return reply.ok;
  }
}
