import type { AdminApi, ServiceInfo } from '../../core/admin/contract.ts';
import type { Binding } from '../../core/settings/binding.ts';
import { Draft } from '../settings/draft.svelte.ts';
import { withRow } from '../settings/list-edits.ts';
import { LiveCall } from '../status/live-call.svelte.ts';

const BINDINGS = 'imap4.general.bindings';

/** Where the mail service listens and what it is called, while it is being chosen. */
export class PortsForm {
  readonly draft: Draft;
  readonly #admin: AdminApi;
  readonly #services: LiveCall<'services.list'>;
  #problem = $state.raw<string | undefined>(undefined);
  #busy = $state(false);

  constructor(admin: AdminApi) {
    this.#admin = admin;
    this.draft = new Draft(admin, [BINDINGS, 'clients.serverName']);
    this.#services = new LiveCall(admin, 'services.list', {
      args: () => ({}),
      asksAt: ({ event }) => event === 'services.changed',
    });
  }

  /** Returns how to stop following what happens. */
  open(): () => void {
    const stops = [this.draft.open(), this.#services.open()];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Undefined until it is known. */
  get service(): ServiceInfo | undefined {
    return this.#services.value?.find(({ id }) => id === 'imap4');
  }

  get bindings(): readonly Binding[] {
    return this.draft.value(BINDINGS);
  }

  /** Why it could not be applied, or does not listen everywhere. */
  get problem(): string | undefined {
    return this.draft.problem ?? this.draft.error(BINDINGS) ?? this.#problem ?? this.#services.error;
  }

  get canApply(): boolean {
    return this.draft.changed && this.draft.valid && !this.busy;
  }

  get canGoOn(): boolean {
    return this.draft.valid && !this.busy;
  }

  get busy(): boolean {
    return this.#busy || this.draft.busy;
  }

  /** @param port undefined while what is typed is no port */
  setPort(index: number, port: number | undefined): void {
    const binding = this.bindings[index];
    if (binding === undefined) return;
    this.draft.edit(BINDINGS, withRow(this.bindings, index, { ...binding, port } as Binding));
  }

  /** True when all is applied and listens, or when there was nothing to apply: who has read of a problem may go on. */
  async save(): Promise<boolean> {
    const moves = this.draft.changedKeys.includes(BINDINGS);
    if (!(await this.draft.apply())) return false;
    return moves ? this.#listen() : true;
  }

  /** Waits until the service has tried the new places, and says whether it has all of them. */
  async #listen(): Promise<boolean> {
    this.#busy = true;
    const reply = await this.#admin.call('services.start', { id: 'imap4' });
    await this.#services.load();
    this.#busy = false;
    this.#problem = reply.ok ? undefined : reply.error.message;
    return reply.ok;
  }
}
