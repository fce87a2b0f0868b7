import type {
  AdminApi,
  AdminErrorCode,
  AdminEvent,
  AdminResult,
  ArgsOf,
  CallName,
  ResultOf,
  SettingInfo,
} from '../../core/admin/contract.ts';
import { checkSetting } from '../../core/settings/check.ts';
import { definitionOf, type SettingKey, type SettingValues, settingKeys } from '../../core/settings/schema.ts';

/** What the fake answers to a call; what it does not have is answered as a bug would be. */
export type Answers = { [Name in CallName]?: (args: ArgsOf<Name>) => ResultOf<Name> };

/** Thrown by an answer: the call fails with this. */
export class CallFails extends Error {
  readonly code: AdminErrorCode;
  readonly field: string | undefined;

  constructor(code: AdminErrorCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/**
 * A server for the tests of pages. It keeps real settings, checked by their own schema; everything else is answered by
 * what the test gives. Arguments and replies are cloned, as they are on the way through a process's wall.
 */
export class FakeAdmin implements AdminApi {
  /** Every call that came, in order. */
  readonly sent: { readonly name: CallName; readonly args: unknown }[] = [];
  /** False: nobody answers, as when the server has ended. */
  reachable = true;
  readonly #answers: Answers;
  readonly #values = new Map<SettingKey, unknown>();
  readonly #listeners = new Set<(event: AdminEvent) => void>();

  /** @param answers may be changed by the test at any time */
  constructor(answers: Answers = {}) {
    this.#answers = answers;
  }

  async call<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<AdminResult<ResultOf<Name>>> {
    const cloned = structuredClone(args);
    this.sent.push({ name, args: cloned });
    await Promise.resolve();
    if (!this.reachable) return { ok: false, error: { code: 'refused', message: 'The server does not answer.' } };
    try {
      return { ok: true, value: structuredClone(this.#answer(name, cloned)) };
    } catch (error) {
      if (!(error instanceof CallFails)) throw error;
      const { code, message, field } = error;
      return { ok: false, error: { code, message, ...(field !== undefined && { field }) } };
    }
  }

  onEvent(listener: (event: AdminEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the page. */
  emit(event: AdminEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** How many listen to events at this moment. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** The arguments of every call of this name, in order. */
  sentArgs<Name extends CallName>(name: Name): ArgsOf<Name>[] {
    return this.sent.filter((call) => call.name === name).map((call) => call.args as ArgsOf<Name>);
  }

  setting<Key extends SettingKey>(key: Key): SettingValues[Key] {
    return (this.#values.has(key) ? this.#values.get(key) : definitionOf(key).default) as SettingValues[Key];
  }

  /** Somebody else changes a setting; `tells` is false while the events' connection is broken. */
  changeElsewhere<Key extends SettingKey>(key: Key, value: SettingValues[Key], tells = true): void {
    this.#values.set(key, value);
    if (tells) this.emit({ event: 'settings.changed', keys: [key] });
  }

  #answer<Name extends CallName>(name: Name, args: ArgsOf<Name>): ResultOf<Name> {
    const given = this.#answers[name] ?? this.#settingsAnswers[name];
    if (given === undefined) throw new CallFails('internal', `the test gives no answer to ${name}`);
    return given(args);
  }

  readonly #settingsAnswers: Answers = {
    'settings.list': () => settingKeys.map((key) => this.#infoOf(key)),
    'settings.set': ({ values, expected = {} }) => {
      for (const [key, value] of Object.entries(values)) checked(key as SettingKey, value);
      for (const [key, value] of Object.entries(expected)) {
        if (JSON.stringify(this.setting(key as SettingKey)) === JSON.stringify(value)) continue;
        throw new CallFails('conflict', 'it was changed elsewhere meanwhile', key);
      }
      for (const [key, value] of Object.entries(values)) this.#values.set(key as SettingKey, value);
      this.emit({ event: 'settings.changed', keys: Object.keys(values) as SettingKey[] });
    },
  };

  #infoOf(key: SettingKey): SettingInfo {
    const { label, help, range, unit, zero, needsListenerRestart, default: standard } = definitionOf(key);
    const value = this.setting(key);
    const isDefault = !this.#values.has(key);
    return { key, label, help, range, unit, zero, needsListenerRestart, value, default: standard, isDefault };
  }
}

function checked(key: SettingKey, value: unknown): void {
  try {
    checkSetting(key, value);
  } catch (error) {
    throw new CallFails('invalid', (error as Error).message, key);
  }
}
