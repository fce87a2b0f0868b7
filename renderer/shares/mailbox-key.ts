import type { ShareOwner } from '../../core/admin/contract.ts';

/** A mailbox that can be shared. */
export interface Place {
  readonly owner: ShareOwner;
  readonly mailbox: string;
}

/** The owner by itself, as a key in the tree. */
export function ownerKey(owner: ShareOwner): string {
  return JSON.stringify([owner.kind === 'public' ? null : owner.name]);
}

export function placeKey({ owner, mailbox }: Place): string {
  return JSON.stringify([owner.kind === 'public' ? null : owner.name, mailbox]);
}

/** The mailbox of a key; undefined for an owner's. */
export function placeOf(key: string | undefined): Place | undefined {
  if (key === undefined) return undefined;
  const [name, mailbox] = JSON.parse(key) as [string | null, string?];
  return mailbox === undefined
    ? undefined
    : { owner: name === null ? { kind: 'public' } : { kind: 'user', name }, mailbox };
}
