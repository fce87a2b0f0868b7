import type { AppCalls } from '../../core/admin/app-calls.ts';
import type { AdminApi, DataInfo, ServerInfo } from '../../core/admin/contract.ts';
import { generalPageText } from '../text/general.ts';
import { Refresher } from '../users/refresher.ts';

/** What the server says of itself, and what only the app knows. */
export class GeneralData {
  readonly #admin: AdminApi;
  readonly #app: AppCalls | undefined;
  readonly #refresher: Refresher;
  #info = $state.raw<ServerInfo | undefined>(undefined);
  #data = $state.raw<DataInfo | undefined>(undefined);
  #problem = $state.raw<string | undefined>(undefined);
  #starts = $state<boolean | undefined>(undefined);
  #appProblem = $state.raw<string | undefined>(undefined);

  /** @param app undefined in a browser */
  constructor(admin: AdminApi, app: AppCalls | undefined) {
    this.#admin = admin;
    this.#app = app;
    this.#refresher = new Refresher(admin, ['settings.changed', 'services.changed'], () => this.#load());
  }

  /** Returns how to stop following what happens. */
  open(): () => void {
    void this.#readStarts();
    return this.#refresher.open();
  }

  get info(): ServerInfo | undefined {
    return this.#info;
  }

  /** How large the data folder is; undefined until it has been counted. */
  get data(): DataInfo | undefined {
    return this.#data;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** Whether the app starts with the computer; undefined until it is known. */
  get starts(): boolean | undefined {
    return this.#starts;
  }

  /** Why the computer did not do what was asked. */
  get appProblem(): string | undefined {
    return this.#appProblem;
  }

  refresh(): Promise<void> {
    return this.#refresher.refresh();
  }

  async setStarts(starts: boolean): Promise<void> {
    await this.#ask((app) => app.setStartsWithComputer(starts), generalPageText.startsFailed);
    await this.#readStarts();
  }

  async openFolder(which: 'data' | 'logs'): Promise<void> {
    await this.#ask((app) => app.showFolder(which), generalPageText.folderNotOpened);
  }

  /** The system has the last word: what it says is shown, not what was asked for. */
  async #readStarts(): Promise<void> {
    try {
      this.#starts = await this.#app?.startsWithComputer();
    } catch {
      this.#appProblem = generalPageText.startsFailed;
    }
  }

  async #ask(what: (app: AppCalls) => Promise<void>, failed: string): Promise<void> {
    if (this.#app === undefined) return;
    try {
      await what(this.#app);
      this.#appProblem = undefined;
    } catch {
      this.#appProblem = failed;
    }
  }

  async #load(): Promise<void> {
    const reply = await this.#admin.call('server.info', {});
    if (reply.ok) this.#info = reply.value;
    this.#problem = reply.ok ? undefined : reply.error.message;
    // Counting many files takes a while; the rest is shown meanwhile.
    const data = await this.#admin.call('data.info', {});
    if (data.ok) this.#data = data.value;
  }
}
