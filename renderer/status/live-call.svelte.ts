import type { AdminApi, AdminEvent, ArgsOf, CallName, ResultOf } from '../../core/admin/contract.ts';
import { windowLimits } from '../limits.ts';

export interface LiveCallOptions<Name extends CallName> {
  /** Read at every question, so that a filter may change. */
  readonly args: () => ArgsOf<Name>;
  /** Which events say that there is something new. */
  readonly asksAt: (event: AdminEvent) => boolean;
  /** Milliseconds until it is asked although no event came. */
  readonly every?: number;
}

/**
 * The reply to a call, kept up to date: by events, and by asking now and then for what has none. However many events
 * come, one question is under way at a time and there is a pause between two. A failed question leaves what is shown.
 */
export class LiveCall<Name extends CallName> {
  #value = $state.raw<ResultOf<Name> | undefined>(undefined);
  #error = $state.raw<string | undefined>(undefined);
  readonly #admin: AdminApi;
  readonly #name: Name;
  readonly #options: LiveCallOptions<Name>;
  #stop: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  /** Something new came while a question was under way. */
  #again = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(admin: AdminApi, name: Name, options: LiveCallOptions<Name>) {
    this.#admin = admin;
    this.#name = name;
    this.#options = options;
  }

  /** Undefined until the first reply has come. */
  get value(): ResultOf<Name> | undefined {
    return this.#value;
  }

  /** Why the last question had no answer. */
  get error(): string | undefined {
    return this.#error;
  }

  /** Asks, and goes on asking. Returns how to stop that. */
  open(): () => void {
    const unsubscribe = this.#admin.onEvent((event) => {
      if (this.#options.asksAt(event)) this.#askSoon();
    });
    this.#stop = unsubscribe;
    void this.load();
    return () => {
      unsubscribe();
      this.#stop = undefined;
      clearTimeout(this.#timer);
    };
  }

  /** Asks now, or as soon as the question that is under way has been answered. */
  async load(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#asking = true;
    this.#again = false;
    this.#askedAt = performance.now();
    const reply = await this.#admin.call(this.#name, this.#options.args());
    this.#asking = false;
    if (reply.ok) this.#value = reply.value;
    this.#error = reply.ok ? undefined : reply.error.message;
    this.#wait(this.#again ? windowLimits.refreshGap : (this.#options.every ?? windowLimits.idleRefresh));
  }

  #askSoon(): void {
    if (this.#asking) this.#again = true;
    else this.#wait(Math.max(0, this.#askedAt + windowLimits.refreshGap - performance.now()));
  }

  #wait(length: number): void {
    clearTimeout(this.#timer);
    if (this.#stop === undefined) return;
    this.#timer = setTimeout(() => void this.load(), length);
  }
}
