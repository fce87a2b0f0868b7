import type { AdminApi, SharedMailbox, ShareEntry } from '../../core/admin/contract.ts';
import { Refresher } from '../users/refresher.ts';
import { type Place, placeKey } from './mailbox-key.ts';

/** What is shared, and with whom it could be. */
export class SharesData {
  readonly #admin: AdminApi;
  readonly #refresher: Refresher;
  #shares = $state.raw<readonly SharedMailbox[] | undefined>(undefined);
  #users = $state.raw<readonly string[]>([]);
  #groups = $state.raw<readonly string[]>([]);
  #problem = $state.raw<string | undefined>(undefined);

  constructor(admin: AdminApi) {
    this.#admin = admin;
    const events = ['shares.changed', 'users.changed', 'groups.changed'] as const;
    this.#refresher = new Refresher(admin, events, () => this.#load());
  }

  /** Returns how to stop following what happens. */
  open(): () => void {
    return this.#refresher.open();
  }

  get loaded(): boolean {
    return this.#shares !== undefined;
  }

  get shares(): readonly SharedMailbox[] {
    return this.#shares ?? [];
  }

  get users(): readonly string[] {
    return this.#users;
  }

  get groups(): readonly string[] {
    return this.#groups;
  }

  /** Why what is shown may be old. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** None for a mailbox that is not shared. */
  entriesOf(place: Place): readonly ShareEntry[] {
    return this.shares.find((share) => placeKey(share) === placeKey(place))?.entries ?? [];
  }

  async #load(): Promise<void> {
    const [shares, users, groups] = await Promise.all([
      this.#admin.call('shares.list', {}),
      this.#admin.call('users.list', {}),
      this.#admin.call('groups.list', {}),
    ]);
    if (shares.ok) this.#shares = shares.value;
    if (users.ok) this.#users = users.value.map(({ name }) => name);
    if (groups.ok) this.#groups = groups.value.map(({ name }) => name);
    const failed = [shares, users, groups].find((reply) => !reply.ok);
    this.#problem = failed?.ok === false ? failed.error.message : undefined;
  }
}
