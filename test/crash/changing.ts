import { quoted, type Reply } from '../support/raw-imap.ts';
import type { Model, ModelMessage } from './model.ts';
import type { Operation } from './operation.ts';
import { flagSet } from './snapshot.ts';

/** Operations on messages that are there and on mailboxes: STORE, EXPUNGE, CREATE, RENAME, DELETE. */

export type StoreMode = '+FLAGS' | '-FLAGS' | 'FLAGS';

/** UID STORE. After a crash each message may have been reached or not. */
export function store(
  model: Model,
  mailbox: string,
  uids: readonly number[],
  mode: StoreMode,
  flags: readonly string[],
): Operation {
  const messages = model.mailbox(mailbox).messages;
  return {
    selected: mailbox,
    command: `UID STORE ${uids.join(',')} ${mode} (${flags.join(' ')})`,
    confirmed: (_, reply) => {
      for (const uid of uids) messages.get(uid)!.flags = changed(messages.get(uid)!.flags, mode, flags);
      noteModseqs(messages, reply);
    },
    settle: (_, snapshot) => {
      for (const uid of uids) {
        const seen = snapshot.get(mailbox)?.messages.get(uid)?.flags;
        const after = changed(messages.get(uid)!.flags, mode, flags);
        if (seen && same(seen, after)) messages.get(uid)!.flags = after;
      }
      return undefined; // flags that are neither as before nor as after are found by the comparison
    },
  };
}

/** UID EXPUNGE of these, or EXPUNGE of whatever is marked; after a crash each marked message may be gone or not. */
export function expunge(model: Model, mailbox: string, uids: readonly number[] | 'all'): Operation {
  const messages = model.mailbox(mailbox).messages;
  const candidates = uids === 'all' ? [...messages.keys()] : uids;
  const marked = candidates.filter((uid) => messages.get(uid)?.flags.has('\\deleted'));
  return {
    selected: mailbox,
    command: uids === 'all' ? 'EXPUNGE' : `UID EXPUNGE ${uids.join(',')}`,
    confirmed: () => {
      for (const uid of marked) model.remove(mailbox, uid);
    },
    settle: (_, snapshot) => {
      const left = snapshot.get(mailbox)?.messages;
      for (const uid of marked) if (!left?.has(uid)) model.remove(mailbox, uid);
      return undefined;
    },
  };
}

export function create(name: string): Operation {
  return {
    command: `CREATE ${quoted(name)}`,
    confirmed: (model) => void model.create(name),
    settle: (model, snapshot) => {
      if (snapshot.has(name)) model.create(name);
      return undefined;
    },
  };
}

/** The whole branch has the one name or the other. */
export function rename(from: string, to: string): Operation {
  return {
    command: `RENAME ${quoted(from)} ${quoted(to)}`,
    confirmed: (model) => model.rename(from, to),
    settle: (model, snapshot) => {
      if (snapshot.has(to)) model.rename(from, to);
      return undefined; // a branch torn apart is found by the comparison of names
    },
  };
}

/** DELETE of a mailbox with nothing below it. */
export function remove(name: string): Operation {
  return {
    command: `DELETE ${quoted(name)}`,
    confirmed: (model) => void model.mailboxes.delete(name),
    settle: (model, snapshot) => {
      if (!snapshot.has(name)) model.mailboxes.delete(name);
      return undefined;
    },
  };
}

function changed(before: ReadonlySet<string>, mode: StoreMode, flags: readonly string[]): ReadonlySet<string> {
  const given = flagSet(flags);
  if (mode === 'FLAGS') return given;
  return mode === '+FLAGS' ? before.union(given) : before.difference(given);
}

export function same(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && one.isSubsetOf(other);
}

/** A MODSEQ that a client was told never goes back. */
function noteModseqs(messages: ReadonlyMap<number, ModelMessage>, reply: Reply): void {
  for (const line of reply.untagged) {
    const uid = Number(/^\* \d+ FETCH .*UID (\d+)/.exec(line)?.[1]);
    const modseq = Number(/MODSEQ \((\d+)\)/.exec(line)?.[1] ?? 0);
    const message = messages.get(uid);
    if (message) message.modseq = Math.max(message.modseq, modseq);
  }
}
