import type { AdminApi, GroupSummary, UserSummary } from '../../core/admin/contract.ts';
import { Refresher } from './refresher.ts';

/** All users and groups, as they are at this moment. */
export class UsersData {
  readonly #admin: AdminApi;
  readonly #refresher: Refresher;
  #users = $state.raw<readonly UserSummary[] | undefined>(undefined);
  #groups = $state.raw<readonly GroupSummary[]>([]);
  #problem = $state.raw<string | undefined>(undefined);

  constructor(admin: AdminApi) {
    this.#admin = admin;
    const events = [
      'users.changed',
      'groups.changed',
      'sessions.changed',
      'lockouts.changed',
      'settings.changed',
    ] as const;
    this.#refresher = new Refresher(admin, events, () => this.#load());
  }

  /** Returns how to stop following what happens. */
  open(): () => void {
    return this.#refresher.open();
  }

  /** For what no event tells, such as a quota that fills. */
  refresh(): Promise<void> {
    return this.#refresher.refresh();
  }

  get loaded(): boolean {
    return this.#users !== undefined;
  }

  get users(): readonly UserSummary[] {
    return this.#users ?? [];
  }

  get groups(): readonly GroupSummary[] {
    return this.#groups;
  }

  /** Why what is shown may be old. */
  get problem(): string | undefined {
    return this.#problem;
  }

  async #load(): Promise<void> {
    const [users, groups] = await Promise.all([
      this.#admin.call('users.list', {}),
      this.#admin.call('groups.list', {}),
    ]);
    if (users.ok) this.#users = users.value;
    if (groups.ok) this.#groups = groups.value;
    const failed = [users, groups].find((reply) => !reply.ok);
    this.#problem = failed?.ok === false ? failed.error.message : undefined;
  }
}
