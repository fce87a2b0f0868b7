import type { UserSummary } from '../../core/admin/contract.ts';
import { usersText } from '../text/users.ts';
import { MiB } from './quota-choice.svelte.ts';

const { columns } = usersText;

/** What the list of users shows. */
export const userColumns = [
  { id: 'name', label: columns.name, value: ({ name }: UserSummary) => name },
  { id: 'state', label: columns.state, value: stateOf },
  { id: 'groups', label: columns.groups, value: ({ groups }: UserSummary) => groups.join(', ') },
  { id: 'storage', label: columns.storage, value: storageOf },
  { id: 'messages', label: columns.messages, value: messagesOf },
  { id: 'sessions', label: columns.sessions, value: ({ sessions }: UserSummary) => sessions, numeric: true },
];

function stateOf({ disabled, lockedFrom }: UserSummary): string {
  if (disabled) return usersText.disabled;
  return lockedFrom.length > 0 ? usersText.locked : usersText.enabled;
}

/** `812 MiB of 1,000 MiB (81 %)`: in MiB, as limits are set, so that 500 is not shown as 524. */
export function storageOf({ quota }: UserSummary): string {
  return useText(quota.octets, quota.octetsLimit, mebibytesText);
}

export function messagesOf({ quota }: UserSummary): string {
  return useText(quota.messages, quota.messagesLimit, (messages) => messages.toLocaleString('en'));
}

function useText(used: number | undefined, limit: number, text: (value: number) => string): string {
  if (used === undefined) return usersText.unknown;
  return limit === 0 ? text(used) : usersText.of(text(used), text(limit), Math.floor((used / limit) * 100));
}

function mebibytesText(octets: number): string {
  const amount = octets / MiB;
  return usersText.mebibytes(amount.toLocaleString('en', { maximumFractionDigits: amount < 10 ? 1 : 0 }));
}
