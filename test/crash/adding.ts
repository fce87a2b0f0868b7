import { type AppendOptions, quoted, type Reply } from '../support/raw-imap.ts';
import type { Model, ModelMessage } from './model.ts';
import type { Operation } from './operation.ts';
import { digestOf, flagSet, type Snapshot } from './snapshot.ts';

/** Operations that bring messages into a mailbox: APPEND, COPY, MOVE. All or nothing, the protocol says of each. */

export interface AppendedMessage extends AppendOptions {
  readonly bytes: Buffer;
  readonly flags: readonly string[];
}

/** APPEND of one message or MULTIAPPEND of several (RFC 3502). */
export function append(mailbox: string, owner: number, messages: readonly AppendedMessage[]): Operation {
  const added = messages.map((message) => newMessage(owner, digestOf(message.bytes), flagSet(message.flags)));
  const parts = messages.flatMap(({ bytes, flags }) => [` (${flags.join(' ')}) `, bytes]);
  return {
    command: [`APPEND ${quoted(mailbox)}`, ...parts],
    confirmed: (model, reply) => addAll(model, mailbox, uidsIn(reply, /^APPENDUID \d+ (\S+)$/), added),
    settle: (model, snapshot) => settleAdded(model, snapshot, mailbox, added).wrong,
  };
}

/** UID COPY. The messages are those the model has, with their flags. */
export function copy(model: Model, from: string, uids: readonly number[], to: string): Operation {
  const added = uids.map((uid) => copyOf(model.mailbox(from).messages.get(uid)!));
  return {
    selected: from,
    command: `UID COPY ${uids.join(',')} ${quoted(to)}`,
    confirmed: (_, reply) => addAll(model, to, uidsIn(reply, COPYUID), added),
    settle: (_, snapshot) => settleAdded(model, snapshot, to, added).wrong,
  };
}

/** UID MOVE (RFC 6851): each message is in exactly one of the two mailboxes. */
export function move(model: Model, from: string, uids: readonly number[], to: string): Operation {
  const added = uids.map((uid) => copyOf(model.mailbox(from).messages.get(uid)!));
  const removeAll = () => {
    for (const uid of uids) model.remove(from, uid);
  };
  return {
    selected: from,
    command: `UID MOVE ${uids.join(',')} ${quoted(to)}`,
    confirmed: (_, reply) => {
      addAll(model, to, uidsIn(reply, COPYUID), added);
      removeAll();
    },
    settle: (_, snapshot) => {
      const { happened, wrong } = settleAdded(model, snapshot, to, added);
      if (happened) removeAll(); // if they are still there, the comparison finds messages the model does not have
      return wrong;
    },
  };
}

const COPYUID = /^COPYUID \d+ \S+ (\S+)$/;

function newMessage(owner: number, digest: string, flags: ReadonlySet<string>): ModelMessage {
  return { owner, digest, flags, modseq: 0 };
}

function copyOf(message: ModelMessage): ModelMessage {
  return newMessage(message.owner, message.digest, message.flags);
}

function addAll(model: Model, mailbox: string, uids: readonly number[], messages: readonly ModelMessage[]): void {
  if (uids.length !== messages.length) throw new Error(`${uids.length} UIDs for ${messages.length} messages`);
  uids.forEach((uid, i) => {
    model.add(mailbox, uid, messages[i]!);
  });
}

/** The UIDs of APPENDUID or of COPYUID's second set, which may stand in the tagged reply or before it (MOVE). */
function uidsIn(reply: Reply, code: RegExp): number[] {
  const untagged = reply.untagged.map((line) => /^\* OK \[([^\]]*)\]/.exec(line)?.[1] ?? '');
  for (const text of [reply.code ?? '', ...untagged]) {
    const match = code.exec(text);
    if (match) return expand(match[1]!);
  }
  throw new Error(`no UIDs in ${JSON.stringify(reply)}`);
}

function expand(set: string): number[] {
  return set.split(',').flatMap((range) => {
    const [from, to = from] = range.split(':').map(Number) as [number, number?];
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** All of them are new in the snapshot's mailbox, in order, or none of them. */
function settleAdded(
  model: Model,
  snapshot: Snapshot,
  mailbox: string,
  messages: readonly ModelMessage[],
): { happened: boolean; wrong: string | undefined } {
  const known = model.mailbox(mailbox).messages;
  const unknown = [...(snapshot.get(mailbox)?.messages ?? [])].filter(([uid]) => !known.has(uid));
  const wanted = new Set(messages.map((message) => message.digest));
  const found = unknown.filter(([, seen]) => wanted.has(seen.digest));
  if (found.length === 0) return { happened: false, wrong: undefined };
  const sameOrder = found.every(([, seen], i) => seen.digest === messages[i]?.digest);
  if (found.length !== messages.length || !sameOrder) {
    const wrong = `${mailbox}: ${found.length} of ${messages.length} messages that had to come all or none, or out of order`;
    return { happened: false, wrong };
  }
  addAll(
    model,
    mailbox,
    found.map(([uid]) => uid),
    messages,
  );
  return { happened: true, wrong: undefined };
}
