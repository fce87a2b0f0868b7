import type { AdminApi, AdminEvent, ArgsOf, CallName, ResultOf } from '../../core/admin/contract.ts';

/** The reply to a call that takes no arguments, kept up to date by an event. */
export class LiveReply<Name extends CallName> {
  #value = $state.raw<ResultOf<Name> | undefined>(undefined);
  #error = $state.raw<string | undefined>(undefined);
  readonly #admin: AdminApi;
  readonly #name: Name;
  readonly #event: AdminEvent['event'];
  #asked = 0;

  constructor(admin: AdminApi, name: Name, event: AdminEvent['event']) {
    this.#admin = admin;
    this.#name = name;
    this.#event = event;
  }

  /** Undefined until the first reply has come. */
  get value(): ResultOf<Name> | undefined {
    return this.#value;
  }

  /** Why there is no reply. */
  get error(): string | undefined {
    return this.#error;
  }

  /** Asks, and asks anew at every event. Returns how to stop that. */
  open(): () => void {
    void this.load();
    return this.#admin.onEvent(({ event }) => {
      if (event === this.#event) void this.load();
    });
  }

  async load(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const reply = await this.#admin.call(this.#name, {} as ArgsOf<Name>);
    if (asked !== this.#asked) return;
    if (reply.ok) this.#value = reply.value;
    this.#error = reply.ok ? undefined : reply.error.message;
  }
}
