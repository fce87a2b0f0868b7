import type { AdminApi } from '../../core/admin/contract.ts';
import { firstUserText } from '../text/welcome.ts';
import { PasswordChoice } from '../users/password-choice.svelte.ts';
import { Request } from '../users/request.svelte.ts';

/** new: one is chosen here · printed: the one the first start made up, where somebody has read it · set: chosen before. */
export type PasswordSource = 'new' | 'printed' | 'set';

/** The first user takes over what the first start made: his name and his password. */
export class FirstUserForm {
  readonly request: Request;
  readonly choice = new PasswordChoice();
  name = $state('');
  source = $state<PasswordSource>('new');
  readonly #admin: AdminApi;
  readonly #wasPrinted: boolean;
  /** As the server knows him. */
  #current = $state('');
  #isSet = $state(false);

  /** @param wasPrinted whether the password of the first start may have been read by anybody */
  constructor(admin: AdminApi, firstUser: string, wasPrinted: boolean) {
    this.#admin = admin;
    this.request = new Request(admin);
    this.#wasPrinted = wasPrinted;
    this.#current = firstUser;
    this.name = firstUser;
  }

  /** The name he has by now. */
  get current(): string {
    return this.#current;
  }

  /** Where the password may come from; one alone is no choice. */
  get sources(): readonly PasswordSource[] {
    if (this.#isSet) return ['set', 'new'];
    return this.#wasPrinted ? ['new', 'printed'] : ['new'];
  }

  readonly nameError = $derived.by(() => this.request.errorOf('newName') ?? this.request.errorOf('name'));
  readonly passwordError = $derived.by(() =>
    this.#isOwnName ? firstUserText.sameAsName : this.request.errorOf('password'),
  );
  readonly ready = $derived.by(
    () => this.#newName !== '' && (this.source !== 'new' || (this.choice.password !== undefined && !this.#isOwnName)),
  );

  /** True when the server has both. The password first: whatever is wrong with the name, somebody can log in. */
  async save(): Promise<boolean> {
    if (this.source === 'new' && !(await this.#setPassword())) return false;
    // Given his own name anew he counts as somebody's, and the welcome does not come back.
    if (this.source !== 'printed' && this.#newName === this.#current) return true;
    return this.#rename();
  }

  get #newName(): string {
    return this.name.trim();
  }

  /** The server compares with the name that he has at that moment. */
  get #isOwnName(): boolean {
    return this.source === 'new' && this.choice.password?.toLowerCase() === this.#newName.toLowerCase();
  }

  async #setPassword(): Promise<boolean> {
    const password = this.choice.password ?? '';
    if (!(await this.request.send('users.setPassword', { name: this.#current, password }))) return false;
    this.#isSet = true;
    this.source = 'set';
    return true;
  }

  async #rename(): Promise<boolean> {
    const newName = this.#newName;
    if (!(await this.request.send('users.rename', { name: this.#current, newName }))) return false;
    this.#current = await this.#keptName(newName);
    this.name = this.#current;
    return true;
  }

  /** Names are kept in one form of all ways to type them (NFKC). */
  async #keptName(typed: string): Promise<string> {
    const users = await this.#admin.call('users.list', {});
    const only = users.ok && users.value.length === 1 ? users.value[0] : undefined;
    return only?.name ?? typed;
  }
}
