import type { AdminApi, AdminError, SettingInfo } from '../../core/admin/contract.ts';
import { definitionOf, isSettingKey, type SettingKey, type SettingValues } from '../../core/settings/schema.ts';
import { sameValue } from './same-value.ts';
import { besideField, settingProblem } from './setting-problem.ts';

type Values = ReadonlyMap<SettingKey, unknown>;

/**
 * Some settings while they are edited: nothing is sent before `apply`. A value that somebody else changes meanwhile is
 * taken over where it is not being edited here; where it is, both are kept until the user has chosen.
 */
export class Draft {
  readonly keys: readonly SettingKey[];
  readonly #admin: AdminApi;
  /** What the server has, as far as is known. Values are plain objects: a proxy does not pass a process's wall. */
  #server = $state.raw<Values>(new Map());
  /** What the server had when the edits began, or when the user last looked and chose his own. */
  #known = $state.raw<Values>(new Map());
  #edits = $state.raw<Values>(new Map());
  /** What the server said of a value that the schema here lets pass. */
  #refused = $state.raw<ReadonlyMap<SettingKey, string>>(new Map());
  #problem = $state.raw<string | undefined>(undefined);
  #busy = $state(false);
  /** Replies that were asked for before something newer was known are dropped. */
  #asked = 0;

  constructor(admin: AdminApi, keys: readonly SettingKey[]) {
    this.#admin = admin;
    this.keys = keys;
  }

  /** Reads the values and follows their changes. Returns how to stop that. */
  open(): () => void {
    void this.load();
    return this.#admin.onEvent((event) => {
      if (event.event === 'settings.changed' && event.keys.some((key) => this.keys.includes(key))) void this.load();
    });
  }

  /** Asks the server what it has; what is being edited stays. */
  async load(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const reply = await this.#admin.call('settings.list', {});
    if (asked !== this.#asked) return;
    if (reply.ok) this.#adopt(valuesOf(reply.value, this.keys));
    this.#problem = reply.ok ? undefined : reply.error.message;
  }

  /** Whether there is anything to show yet. */
  get loaded(): boolean {
    return this.#server.size > 0;
  }

  /** Apply is under way. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Why nothing can be read or applied, when it is not about one field. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** As edited. An edited value may be of any kind, such as undefined for an emptied number: `error` says so. */
  value<Key extends SettingKey>(key: Key): SettingValues[Key] {
    if (this.#edits.has(key)) return this.#edits.get(key) as SettingValues[Key];
    return (this.#server.has(key) ? this.#server.get(key) : definitionOf(key).default) as SettingValues[Key];
  }

  edit(key: SettingKey, value: unknown): void {
    this.#refused = without(this.#refused, [key]);
    if (!this.#edits.has(key)) this.#known = new Map([...this.#known, [key, this.#server.get(key)]]);
    if (sameValue(value, this.#known.get(key))) this.#edits = without(this.#edits, [key]);
    else this.#edits = new Map([...this.#edits, [key, value]]);
  }

  /** Why the value cannot be kept; undefined when it can. */
  error(key: SettingKey): string | undefined {
    return this.#edits.has(key) ? (settingProblem(key, this.value(key)) ?? this.#refused.get(key)) : undefined;
  }

  /** The value that somebody else has given meanwhile to what is being edited here. */
  changedElsewhere(key: SettingKey): { readonly value: unknown } | undefined {
    if (!this.#edits.has(key) || sameValue(this.#server.get(key), this.#known.get(key))) return undefined;
    return { value: this.#server.get(key) };
  }

  /** The user takes what somebody else has set; his own edit is gone. */
  takeTheirs(key: SettingKey): void {
    this.#edits = without(this.#edits, [key]);
    this.#refused = without(this.#refused, [key]);
  }

  /** The user has seen the other value and wants his own. */
  keepMine(key: SettingKey): void {
    this.#known = new Map([...this.#known, [key, this.#server.get(key)]]);
  }

  /** The keys whose values differ from what the server has. */
  readonly changedKeys = $derived([...this.#edits.keys()]);
  readonly changed = $derived(this.changedKeys.length > 0);
  /** The keys with a value that cannot be kept. */
  readonly invalidKeys = $derived(this.changedKeys.filter((key) => this.error(key) !== undefined));
  /** The keys of which the user has to say whose value is to hold. */
  readonly undecidedKeys = $derived(this.changedKeys.filter((key) => this.changedElsewhere(key) !== undefined));
  readonly valid = $derived(this.invalidKeys.length === 0 && this.undecidedKeys.length === 0);

  /** All changes or none. True when the server has them, or when there were none. */
  async apply(): Promise<boolean> {
    if (this.#busy || !this.valid) return false;
    if (!this.changed) return true;
    const values = this.#edits;
    const expected = this.changedKeys.map((key) => [key, this.#known.get(key)]);
    this.#busy = true;
    const reply = await this.#admin.call('settings.set', {
      values: Object.fromEntries(values),
      expected: Object.fromEntries(expected),
    });
    this.#busy = false;
    if (reply.ok) this.#applied(values);
    else await this.#failed(reply.error);
    return reply.ok;
  }

  /** Forgets all edits. */
  reset(): void {
    this.#edits = new Map();
    this.#refused = new Map();
    this.#problem = undefined;
  }

  #applied(values: Values): void {
    this.#problem = undefined;
    // What was typed while it was under way is about the new values.
    this.#known = new Map([...this.#known, ...values]);
    this.#adopt(new Map([...this.#server, ...values]));
    void this.load();
  }

  async #failed({ code, message, field }: AdminError): Promise<void> {
    const isOurs = field !== undefined && isSettingKey(field) && this.keys.includes(field);
    if (code === 'conflict')
      await this.load(); // Shows the other value, and who decides is the user.
    else if (isOurs) this.#refused = new Map([...this.#refused, [field, besideField(field, message)]]);
    if (!isOurs) this.#problem = message;
  }

  /** What is being edited stays, unless the server has that very value. */
  #adopt(values: Values): void {
    this.#server = values;
    const same = [...this.#edits].filter(([key, value]) => sameValue(value, values.get(key)));
    this.#edits = without(
      this.#edits,
      same.map(([key]) => key),
    );
  }
}

function valuesOf(infos: readonly SettingInfo[], keys: readonly SettingKey[]): Values {
  return new Map(infos.filter(({ key }) => keys.includes(key)).map(({ key, value }) => [key, value]));
}

function without<Value>(
  values: ReadonlyMap<SettingKey, Value>,
  keys: readonly SettingKey[],
): ReadonlyMap<SettingKey, Value> {
  return new Map([...values].filter(([key]) => !keys.includes(key)));
}
