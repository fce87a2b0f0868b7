/**
 * What a mail account must hold, kept beside the server by those who write to it: only what was answered OK. What was
 * sent and not answered is settled after a crash, by looking which of its two outcomes came true.
 */
export class Model {
  readonly mailboxes = new Map<string, ModelMailbox>();
  readonly #identities = new Map<string, string>();

  /** A mailbox that was created. */
  create(name: string): ModelMailbox {
    const made: ModelMailbox = {
      messages: new Map(),
      removed: new Set(),
      observed: new Set(),
      uidValidity: undefined,
      uidNext: 1,
      highestModseq: 0,
    };
    this.mailboxes.set(name, made);
    return made;
  }

  mailbox(name: string): ModelMailbox {
    const found = this.mailboxes.get(name);
    if (!found) throw new Error(`the model has no mailbox ${name}`);
    return found;
  }

  /** Renames a mailbox and all below it. */
  rename(from: string, to: string): void {
    for (const [name, mailbox] of [...this.mailboxes]) {
      if (name !== from && !name.startsWith(`${from}/`)) continue;
      this.mailboxes.delete(name);
      this.mailboxes.set(to + name.slice(from.length), mailbox);
    }
  }

  add(name: string, uid: number, message: ModelMessage): void {
    const mailbox = this.mailbox(name);
    mailbox.messages.set(uid, message);
    mailbox.uidNext = Math.max(mailbox.uidNext, uid + 1);
  }

  remove(name: string, uid: number): void {
    const mailbox = this.mailbox(name);
    mailbox.messages.delete(uid);
    mailbox.removed.add(uid);
  }

  /**
   * Notes what a client has seen under a name, UIDVALIDITY and UID. These three name one message for ever (RFC 9051
   * section 2.3.1.1); returns what is wrong, if they have named another.
   */
  identify(name: string, uidValidity: number, uid: number, digest: string): string[] {
    const key = `${name} ${uidValidity} ${uid}`;
    const before = this.#identities.get(key);
    this.#identities.set(key, digest);
    if (before === undefined || before === digest) return [];
    return [`${name} UIDVALIDITY ${uidValidity} UID ${uid} was another message before`];
  }
}

export interface ModelMailbox {
  /** By UID. */
  readonly messages: Map<number, ModelMessage>;
  /** UIDs that are gone for good. */
  readonly removed: Set<number>;
  /** UIDs that another client has been shown. */
  readonly observed: Set<number>;
  /** Undefined until it was first seen. */
  uidValidity: number | undefined;
  /** The least it may be. */
  uidNext: number;
  /** The least it may be. */
  highestModseq: number;
}

export interface ModelMessage {
  /** Of its octets. */
  readonly digest: string;
  /** Who may change it: writers never touch each other's messages, so each has one history. */
  readonly owner: number;
  flags: ReadonlySet<string>;
  /** The least its MODSEQ may be. */
  modseq: number;
}
