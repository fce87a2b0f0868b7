import { type GeneratedMail, MailGenerator } from '../support/mail-generator.ts';
import type { Random } from '../support/random.ts';
import { type AppendedMessage, append, copy, move } from './adding.ts';
import { create, expunge, remove, rename, type StoreMode, store } from './changing.ts';
import type { Model } from './model.ts';
import type { Operation } from './operation.ts';

/** Mailboxes all writers put messages into; never renamed or deleted. */
export const SHARED = ['INBOX', 'Shared'] as const;

/** Above it a writer adds nothing and clears away, so that 200 rounds stay quick. */
const MANY = 250;
const FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '\\Draft', '\\Deleted', '$Forwarded', 'Work', 'Later'];
const LEVELS = ['a', 'b', 'c', 'd', 'e', 'a/x', 'b/x', 'c/y'];

/** Decides what one writer does next. It owns the mailboxes below `W<n>` and, in the shared ones, what it put there. */
export class Chooser {
  readonly #random: Random;
  readonly #model: Model;
  readonly #owner: number;
  readonly #mails: MailGenerator;
  #made = 0;

  /** @param seedOfMail must be different for each writer of an account: the octets tell whose a message is. */
  constructor(random: Random, model: Model, owner: number, seedOfMail: number) {
    this.#random = random;
    this.#model = model;
    this.#owner = owner;
    this.#mails = new MailGenerator({ seed: seedOfMail });
  }

  get root(): string {
    return `W${this.#owner}`;
  }

  next(): Operation {
    const full = this.#count() > MANY;
    const kind = this.#random.weighted([
      ['append', full ? 0 : 30],
      ['copy', full ? 0 : 10],
      ['move', 12],
      ['store', 15],
      ['clear', full ? 20 : 3],
      ['expunge', full ? 20 : 8],
      ['mailbox', 10],
    ] as const);
    return this.#make(kind) ?? this.appending();
  }

  /** An APPEND, whatever else there would be to do. */
  appending(): Operation {
    const count = this.#random.chance(0.3) ? this.#random.between(2, 8) : 1;
    return append(
      this.#anyMailbox(),
      this.#owner,
      Array.from({ length: count }, () => this.#newMessage()),
    );
  }

  #make(kind: 'append' | 'copy' | 'move' | 'store' | 'clear' | 'expunge' | 'mailbox'): Operation | undefined {
    if (kind === 'append') return this.appending();
    if (kind === 'mailbox') return this.#mailboxOperation();
    const from = this.#random.pick(this.#names());
    const uids = this.#someOf(from);
    const shared = SHARED.some((name) => name === from);
    if (kind === 'expunge' && !shared) return expunge(this.#model, from, 'all');
    if (uids.length === 0) return undefined;
    if (kind === 'expunge') return expunge(this.#model, from, uids);
    if (kind === 'clear') return store(this.#model, from, uids, '+FLAGS', ['\\Deleted']);
    if (kind === 'store') return this.#storing(from, uids);
    const to = this.#anyMailbox();
    if (kind === 'copy') return copy(this.#model, from, uids, to);
    return to === from ? undefined : move(this.#model, from, uids, to);
  }

  #storing(mailbox: string, uids: readonly number[]): Operation {
    const mode = this.#random.weighted<StoreMode>([
      ['+FLAGS', 4],
      ['-FLAGS', 2],
      ['FLAGS', 1],
    ]);
    const flags = this.#random.some(FLAGS, 0.25);
    return store(this.#model, mailbox, uids, mode, flags.length > 0 ? flags : ['\\Seen']);
  }

  #mailboxOperation(): Operation | undefined {
    const own = this.#ownNames();
    const free = LEVELS.map((level) => `${this.root}/${level}`).filter(
      (name) => !own.includes(name) && own.includes(parent(name)),
    );
    const used = own.filter((name) => name !== this.root);
    const kind = this.#random.pick(['create', 'rename', 'delete']);
    if (kind === 'create' && free.length > 0) return create(this.#random.pick(free));
    if (used.length === 0) return undefined;
    const name = this.#random.pick(used);
    if (kind === 'delete') return own.some((other) => other.startsWith(`${name}/`)) ? undefined : remove(name);
    const targets = free.filter((target) => !target.startsWith(`${name}/`));
    return targets.length > 0 ? rename(name, this.#random.pick(targets)) : undefined;
  }

  /** Up to 40 of the writer's own messages in a mailbox, ascending. */
  #someOf(mailbox: string): number[] {
    const own = [...this.#model.mailbox(mailbox).messages].filter(([, message]) => message.owner === this.#owner);
    const share = this.#random.pick([0.1, 0.5, 1]);
    return this.#random
      .some(own, share)
      .map(([uid]) => uid)
      .slice(0, 40)
      .sort((a, b) => a - b);
  }

  #newMessage(): AppendedMessage {
    this.#made++;
    const mark = Buffer.from(`X-Mark: ${this.#owner}.${this.#made}.${this.#random.token(12)}\r\n`);
    return { bytes: Buffer.concat([mark, this.#content(this.#mails.next())]), flags: this.#random.some(FLAGS, 0.15) };
  }

  /** Mostly mail; at times octets that are none, or megabytes, so that a kill falls into the middle of a message. */
  #content(mail: GeneratedMail): Buffer {
    return this.#random.weighted([
      [() => mail.bytes, 90],
      [() => mail.bytes.subarray(0, this.#random.int(40)), 4],
      [() => withoutNul(this.#random.bytes(this.#random.int(3_000))), 4],
      [() => Buffer.alloc(this.#random.between(500_000, 3_000_000), mail.bytes), 2],
    ])();
  }

  #anyMailbox(): string {
    return this.#random.pick(this.#names());
  }

  #names(): string[] {
    return [...this.#ownNames(), ...SHARED];
  }

  #ownNames(): string[] {
    return [...this.#model.mailboxes.keys()].filter((name) => name === this.root || name.startsWith(`${this.root}/`));
  }

  #count(): number {
    let count = 0;
    for (const name of this.#names()) {
      for (const message of this.#model.mailbox(name).messages.values()) if (message.owner === this.#owner) count++;
    }
    return count;
  }
}

function parent(name: string): string {
  return name.slice(0, name.lastIndexOf('/'));
}

function withoutNul(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((octet) => octet || 1));
}
