import { definitionOf, isSettingKey } from '../../settings/schema.ts';
import type { AdminApi, ArgsOf, CallName } from '../contract.ts';
import { adminError } from '../failure.ts';

/**
 * The contract for whoever administers from another computer: all of it but the settings that decide what this computer
 * runs. A stolen administrator password gives the mail server away, and not the computer with it.
 */
export function fromElsewhere(admin: AdminApi): AdminApi {
  return {
    async call<Name extends CallName>(name: Name, args: ArgsOf<Name>) {
      const key = keysOf(name, args)
        .filter(isSettingKey)
        .find((each) => definitionOf(each).localOnly === true);
      if (key === undefined) return admin.call(name, args);
      const message = `"${definitionOf(key).label}" can be changed on the computer that the server runs on only`;
      return { ok: false, error: adminError('refused', message, key) };
    },
    onEvent: (listener) => admin.onEvent(listener),
  };
}

/** The settings that a call would change. The arguments are whatever somebody sent: the service checks them later. */
function keysOf(name: CallName, args: unknown): readonly string[] {
  const { values, keys } = (args ?? {}) as { values?: unknown; keys?: unknown };
  if (name === 'settings.set') return Object.keys(Object(values));
  return name === 'settings.reset' && Array.isArray(keys) ? keys.map(String) : [];
}
