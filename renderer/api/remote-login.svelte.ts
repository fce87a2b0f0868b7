import type { AdminResult } from '../../core/admin/contract.ts';
import type { HttpAdmin } from './http-admin.ts';

/** The administrator's login from another computer: whether it is needed now, and how it is done. */
export class RemoteLogin {
  readonly #http: Pick<HttpAdmin, 'logIn' | 'logOut'>;
  readonly #remember: (token: string) => void;
  #needed = $state(false);

  /** @param remember keeps the token for as long as this tab of the browser is open; '' forgets it */
  constructor(http: Pick<HttpAdmin, 'logIn' | 'logOut'>, remember: (token: string) => void) {
    this.#http = http;
    this.#remember = remember;
  }

  /** Nothing can be seen or changed before there has been a login. */
  get needed(): boolean {
    return this.#needed;
  }

  /** The server does not take the token: there was no login yet, it idled too long, or the password is another one. */
  isNeededNow(): void {
    this.#needed = true;
  }

  async logIn(password: string): Promise<AdminResult<unknown>> {
    const reply = await this.#http.logIn(password);
    if (reply.ok) {
      this.#remember(reply.value.token);
      this.#needed = false;
    }
    return reply;
  }

  async logOut(): Promise<void> {
    this.#remember('');
    await this.#http.logOut();
  }
}
