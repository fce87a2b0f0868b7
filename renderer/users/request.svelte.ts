import type { AdminApi, AdminError, AdminResult, ArgsOf, CallName, ResultOf } from '../../core/admin/contract.ts';

/** A change on its way to the server, and what the server said of the last one. */
export class Request {
  readonly #admin: AdminApi;
  #busy = $state(false);
  #failure = $state.raw<AdminError | undefined>(undefined);

  constructor(admin: AdminApi) {
    this.#admin = admin;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** True when it was done. */
  async send<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<boolean> {
    return (await this.ask(name, args))?.ok === true;
  }

  /** What was answered. A second one while the first is under way is not sent: a double click adds nothing twice. */
  async ask<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<AdminResult<ResultOf<Name>> | undefined> {
    return this.run(() => this.#admin.call(name, args));
  }

  /** The same for what takes more than one call. */
  async run<Value>(step: () => Promise<AdminResult<Value>>): Promise<AdminResult<Value> | undefined> {
    if (this.#busy) return undefined;
    this.#busy = true;
    const reply = await step();
    this.#busy = false;
    this.#failure = reply.ok ? undefined : reply.error;
    return reply;
  }

  /** Why the server refused this argument; `members` stands for `members.0`, too. */
  errorOf(field: string): string | undefined {
    return this.#failure !== undefined && isAbout(this.#failure, field) ? this.#failure.message : undefined;
  }

  /** Why it failed, when it is about none of the fields that are shown. */
  problem(fields: readonly string[] = []): string | undefined {
    const failure = this.#failure;
    return failure === undefined || fields.some((field) => isAbout(failure, field)) ? undefined : failure.message;
  }
}

function isAbout({ field }: AdminError, shown: string): boolean {
  return field === shown || field?.startsWith(`${shown}.`) === true;
}
