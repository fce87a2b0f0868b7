import type { AdminApi, SetupState } from '../../core/admin/contract.ts';

/** Where a window notes that somebody chose Later: gone with the window, kept over a reload. */
export type WindowMemory = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'welcome.later';

/**
 * Whether the welcome is to be shown: once in a window, and only while the first user waits for his owner. A server that
 * does not answer yet is asked again when it tells something.
 */
export class WelcomeGate {
  readonly #admin: AdminApi;
  readonly #memory: WindowMemory;
  #user = $state.raw<string | undefined>(undefined);
  #asking = false;
  #isDecided = false;

  constructor(admin: AdminApi, memory: WindowMemory) {
    this.#admin = admin;
    this.#memory = memory;
  }

  /** The first user's name while he is to be welcomed. */
  get firstUser(): string | undefined {
    return this.#user;
  }

  /** Returns how to stop listening. */
  open(): () => void {
    void this.#ask();
    return this.#admin.onEvent(() => void this.#ask());
  }

  /** Somebody has chosen Later: this window asks no more. */
  later(): void {
    this.#memory.setItem(KEY, 'chosen');
    this.close();
  }

  close(): void {
    this.#user = undefined;
  }

  async #ask(): Promise<void> {
    if (this.#isDecided || this.#asking) return;
    this.#asking = true;
    const reply = await this.#admin.call('setup.state', {});
    this.#asking = false;
    if (reply.ok) this.#decide(reply.value);
  }

  #decide({ needsFirstUser, firstUser }: SetupState): void {
    this.#isDecided = true;
    if (needsFirstUser && this.#memory.getItem(KEY) === null) this.#user = firstUser;
  }
}
