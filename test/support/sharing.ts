import type { RawImap, Reply } from './raw-imap.ts';

/** `OK`, or what the refusal says in brackets; `NO` when it says nothing. */
export function outcomeOf({ status, code }: Reply): string {
  return status === 'OK' ? 'OK' : (code ?? status);
}

/** Gives rights, such as `lrs`, on a mailbox that the session's user may administer; none take him off the list. */
export async function share(owner: RawImap, mailbox: string, identifier: string, rights: string): Promise<void> {
  await owner.ok(`SETACL ${mailbox} ${identifier} ${rights === '' ? '""' : rights}`);
}

/** A reply in which nothing tells one of the mailboxes from another: each of the names is replaced. */
export function nameless({ status, code, text, untagged }: Reply, ...names: string[]): object {
  const without = (line: string) => names.reduce((left, name) => left.replaceAll(name, '<name>'), line);
  return { status, code: code && without(code), text: without(text), untagged: untagged.map(without) };
}
