import type { AppCalls, UpdateState } from '../../core/admin/app-calls.ts';
import { windowLimits } from '../limits.ts';
import { updatesText } from '../text/updates.ts';

/** How far the app is with its update. Nothing tells of it, so it is asked for: often while it moves, seldom else. */
export class UpdateView {
  readonly #app: AppCalls;
  #state = $state.raw<UpdateState | undefined>(undefined);
  #problem = $state.raw<string | undefined>(undefined);
  #now = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #open = false;

  constructor(app: AppCalls) {
    this.#app = app;
  }

  /** Undefined until it is known. */
  get state(): UpdateState | undefined {
    return this.#state;
  }

  /** Why the app did not do what was asked. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** When the state was asked for. */
  get now(): number {
    return this.#now;
  }

  get isMoving(): boolean {
    return this.#state !== undefined && moving.has(this.#state.name);
  }

  /** Returns how to stop asking. */
  open(): () => void {
    this.#open = true;
    void this.#ask();
    return () => {
      this.#open = false;
      clearTimeout(this.#timer);
    };
  }

  look(): Promise<void> {
    return this.#tell(() => this.#app.lookForUpdate());
  }

  install(): Promise<void> {
    return this.#tell(() => this.#app.installUpdate());
  }

  async #tell(what: () => Promise<void>): Promise<void> {
    // The state while it is done is news as well: installing ends with the app.
    const done = what().catch((failure: Error) => failure);
    await this.#ask();
    const failure = await done;
    if (failure instanceof Error) this.#problem = failure.message;
    else await this.#ask();
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.#state = await this.#app.updateState();
      this.#problem = undefined;
    } catch {
      this.#problem = updatesText.failed;
    }
    this.#now = Date.now();
    if (!this.#open) return;
    clearTimeout(this.#timer);
    const pause = this.isMoving ? windowLimits.updateMoves : windowLimits.updateRests;
    this.#timer = setTimeout(() => void this.#ask(), pause);
  }
}

const moving: ReadonlySet<UpdateState['name']> = new Set(['looking', 'downloading', 'installing']);
