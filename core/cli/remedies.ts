import type { AdminError, CallName } from '../admin/contract.ts';

const users = '"mailroom user list" shows all';
const groups = '"mailroom group list" shows all';
const mailboxes = '"mailroom share mailboxes USER" shows all of a user';

/** By the first word of the call: where people see what there is. */
const lists: Readonly<Record<string, string>> = {
  users,
  groups,
  shares: mailboxes,
  publicFolders: '"mailroom public list" shows all',
  sessions: '"mailroom sessions" shows all',
  lockouts: '"mailroom lockouts" shows all',
};

/** What to do about what is not there, as far as the error does not say so itself: the contract knows no commands. */
export function remedyFor(call: CallName, { code, field }: AdminError): string | undefined {
  if (code !== 'notFound') return undefined;
  if (field === 'owner.name' || field === 'user' || field?.startsWith('members')) return users;
  return lists[call.slice(0, call.indexOf('.'))];
}
