import type { ListenerInfo } from '../../core/admin/contract.ts';
import type { Binding } from '../../core/settings/binding.ts';

/** A listener as the settings have it, with what became of it. */
export interface ListenerRow {
  readonly binding: Binding;
  /** Undefined: it has not been tried as it is. */
  readonly listener: ListenerInfo | undefined;
}

/** The listeners of the settings, in their order. */
export function listenerRows(bindings: readonly Binding[], listeners: readonly ListenerInfo[]): readonly ListenerRow[] {
  return bindings.map((binding) => ({ binding, listener: listeners.find((one) => isSamePlace(one, binding)) }));
}

/** Those that are in no setting: the command line can name others. */
export function otherListeners(
  bindings: readonly Binding[],
  listeners: readonly ListenerInfo[],
): readonly ListenerInfo[] {
  return listeners.filter((listener) => bindings.every((binding) => !isSamePlace(listener, binding)));
}

function isSamePlace(one: Binding, other: Binding): boolean {
  return one.address === other.address && one.port === other.port && one.encryption === other.encryption;
}
