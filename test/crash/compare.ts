import { same } from './changing.ts';
import type { Model, ModelMailbox, ModelMessage } from './model.ts';
import type { SeenMailbox, SeenMessage, Snapshot } from './snapshot.ts';

/** Mailboxes that every account has from the start and that nobody writes to here. */
const UNWATCHED = new Set(['Drafts', 'Sent', 'Trash', 'Junk', 'Archive']);

/**
 * Everything that is not as it must be. The model must have been told of what was under way (`Operation.settle`); it
 * takes over the numbers seen, which may not go back later.
 */
export function differences(model: Model, snapshot: Snapshot): string[] {
  const wrong: string[] = [];
  for (const name of snapshot.keys()) {
    if (!model.mailboxes.has(name) && !UNWATCHED.has(name)) wrong.push(`mailbox ${name} is there and must not be`);
  }
  for (const [name, expected] of model.mailboxes) {
    const seen = snapshot.get(name);
    if (seen) wrong.push(...mailboxDifferences(model, name, expected, seen).map((text) => `${name}: ${text}`));
    else wrong.push(`mailbox ${name} with ${expected.messages.size} messages is gone`);
  }
  return wrong;
}

function mailboxDifferences(model: Model, name: string, expected: ModelMailbox, seen: SeenMailbox): string[] {
  const wrong = [...numbersGoneBack(expected, seen), ...seen.wrongSearches];
  for (const [uid, message] of expected.messages) {
    const there = seen.messages.get(uid);
    wrong.push(...(there ? messageDifferences(uid, message, there) : [`UID ${uid} was answered OK and is gone`]));
  }
  for (const [uid, { digest }] of seen.messages) {
    if (!expected.messages.has(uid)) {
      wrong.push(`UID ${uid} ${expected.removed.has(uid) ? 'was expunged and returned' : 'was never sent'}`);
    }
    wrong.push(...model.identify(name, seen.uidValidity, uid, digest));
  }
  for (const uid of expected.observed) {
    const lost = !seen.messages.has(uid) && !expected.removed.has(uid);
    if (lost) wrong.push(`UID ${uid} was shown to another client and is gone`);
  }
  return wrong;
}

function numbersGoneBack(expected: ModelMailbox, seen: SeenMailbox): string[] {
  const wrong: string[] = [];
  if (expected.uidValidity !== undefined && seen.uidValidity !== expected.uidValidity) {
    wrong.push(`UIDVALIDITY changed from ${expected.uidValidity} to ${seen.uidValidity}`);
  }
  if (seen.uidNext < expected.uidNext) wrong.push(`UIDNEXT went back from ${expected.uidNext} to ${seen.uidNext}`);
  if (seen.highestModseq < expected.highestModseq) {
    wrong.push(`HIGHESTMODSEQ went back from ${expected.highestModseq} to ${seen.highestModseq}`);
  }
  const largest = Math.max(0, ...[...seen.messages.values()].map((message) => message.modseq));
  if (largest > seen.highestModseq)
    wrong.push(`a message has MODSEQ ${largest} above HIGHESTMODSEQ ${seen.highestModseq}`);
  expected.uidValidity = seen.uidValidity;
  expected.uidNext = Math.max(expected.uidNext, seen.uidNext);
  expected.highestModseq = Math.max(expected.highestModseq, seen.highestModseq);
  return wrong;
}

function messageDifferences(uid: number, expected: ModelMessage, seen: SeenMessage): string[] {
  const wrong: string[] = [];
  if (seen.digest !== expected.digest) wrong.push(`UID ${uid} has other octets than were sent`);
  if (!same(seen.flags, expected.flags)) {
    wrong.push(`UID ${uid} has flags (${[...seen.flags].join(' ')}) instead of (${[...expected.flags].join(' ')})`);
  }
  if (seen.modseq < expected.modseq)
    wrong.push(`UID ${uid}: MODSEQ went back from ${expected.modseq} to ${seen.modseq}`);
  expected.modseq = Math.max(expected.modseq, seen.modseq);
  return wrong;
}
