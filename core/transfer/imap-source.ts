import type { FetchMessageObject } from 'imapflow';
import { UserError } from '../base/errors.ts';
import { fetchedMailLimits, importLimits } from '../base/limits.ts';
import type { ArchivedMessage } from '../formats/archive.ts';
import { tooLarge, whyBroken } from '../formats/soundness.ts';
import { SYSTEM_FLAGS } from '../mail/flags.ts';
import { ImapConnection, type ImapPlace, SourceMailbox, type Wanted } from './imap-connection.ts';
import { type Described, identifyingFields } from './known-messages.ts';
import { foldersOf, type ListedFolder, type SourceFolders } from './source-folders.ts';

export type FetchedMessage =
  /** The first thing said of a folder that could be opened: so many messages are in it, and each is told of below. */
  | { readonly kind: 'opened'; readonly messages: number }
  | { readonly kind: 'message'; readonly uid: number; readonly message: ArchivedMessage }
  /** Not fetched: it is here already. */
  | { readonly kind: 'known'; readonly uid: number }
  | { readonly kind: 'broken'; readonly uid: number; readonly reason: string }
  /** Messages whose numbers are not known stay away; undefined: a whole folder, and nobody knows how many are in it. */
  | { readonly kind: 'incomplete'; readonly messages: number | undefined; readonly reason: string };

/** What was fetched once and would be again, if the server gave anything at all. */
interface Proof {
  readonly folder: SourceMailbox;
  readonly uid: number;
  readonly size: number;
}

const facts = { uid: true, size: true, internalDate: true } as const;
const content = { uid: true, source: true } as const;
const notGiven = 'the server does not give it away';

/**
 * The mail of somebody on another server; nothing there is changed. A connection that is lost is made again. What stays
 * lost, and what the server refuses, rejects with UserError.
 */
export class ImapSource {
  readonly #connection: ImapConnection;
  readonly #limit: number;
  #proof: Proof | undefined;

  /** @throws UserError when the server cannot be reached or does not let the user in. */
  static async open(place: ImapPlace): Promise<ImapSource> {
    return new ImapSource(await ImapConnection.open(place), place.limit);
  }

  private constructor(connection: ImapConnection, limit: number) {
    this.#connection = connection;
    this.#limit = limit;
  }

  folders(): Promise<SourceFolders> {
    return this.#connection.ask(foldersOf);
  }

  close(): void {
    this.#connection.close();
  }

  /**
   * The messages of a folder, the oldest first, but for those at which the connection was lost; some megabytes of them
   * are in memory.
   * @param isKnown true for what is not to be fetched; undefined: everything is
   */
  async *messages({ listed }: ListedFolder, isKnown?: (one: Described) => boolean): AsyncGenerator<FetchedMessage> {
    const folder = new SourceMailbox(listed);
    const uids = await this.#uids(folder).catch((failure: unknown) => {
      if (!this.#connection.usable || !(failure instanceof UserError)) throw failure;
      return failure.message;
    });
    const { exists } = folder;
    const numbered = typeof uids === 'string' ? 0 : uids.length;
    if (exists !== undefined) yield { kind: 'opened', messages: Math.max(exists, numbered) };
    if (typeof uids === 'string') return yield { kind: 'incomplete', messages: exists, reason: uids };
    const unnumbered = (exists ?? 0) - numbered;
    if (unnumbered > 0) {
      const reason = `the server does not tell the numbers of ${unnumbered} messages`;
      yield { kind: 'incomplete', messages: unnumbered, reason };
    }
    for (let at = 0; at < uids.length; at += fetchedMailLimits.described) {
      yield* this.#described(folder, uids.slice(at, at + fetchedMailLimits.described), isKnown);
    }
  }

  /** Of all messages, opening the folder. */
  async #uids(folder: SourceMailbox): Promise<readonly number[]> {
    const uids = await this.#connection.within(folder, (client) => client.search({ all: true }, { uid: true }));
    if (!uids) throw new UserError('the server does not tell which messages are in it');
    return uids;
  }

  async *#described(
    folder: SourceMailbox,
    uids: readonly number[],
    isKnown: ((one: Described) => boolean) | undefined,
  ): AsyncGenerator<FetchedMessage> {
    const headers = isKnown === undefined ? {} : { headers: [...identifyingFields] };
    const { found } = await this.#connection.fetch(folder, uids, { ...facts, flags: true, ...headers });
    let batch: FetchMessageObject[] = [];
    let octets = 0;
    for (const uid of uids) {
      // Once more without flags, which may be what keeps a line from being understood.
      const one = found.get(uid) ?? (await this.#alone(folder, uid, facts));
      const size = one?.size ?? 0;
      if (one === undefined || size > this.#limit) {
        yield { kind: 'broken', uid, reason: one === undefined ? notGiven : tooLarge(size, this.#limit) };
      } else if (isKnown?.(describedBy(one))) {
        yield { kind: 'known', uid };
      } else {
        if (batch.length >= importLimits.batchMessages || (octets > 0 && octets + size > importLimits.batchOctets)) {
          yield* this.#contents(folder, batch);
          batch = [];
          octets = 0;
        }
        batch.push(one);
        octets += size;
      }
    }
    yield* this.#contents(folder, batch);
  }

  async *#contents(folder: SourceMailbox, described: readonly FetchMessageObject[]): AsyncGenerator<FetchedMessage> {
    if (described.length === 0) return;
    const uids = described.map(({ uid }) => uid);
    const { found } = await this.#connection.fetch(folder, uids, content);
    const missing = described.filter(({ uid }) => !found.has(uid));
    // What has come goes first: it is in the store by the time that the rest is waited for.
    for (const one of described) {
      if (!found.has(one.uid)) continue;
      yield this.#outcome(folder, one, found.get(one.uid));
      found.delete(one.uid); // its memory
    }
    for (const one of missing) yield this.#outcome(folder, one, await this.#alone(folder, one.uid, content));
  }

  #outcome(
    folder: SourceMailbox,
    { uid, flags, internalDate }: FetchMessageObject,
    given: FetchMessageObject | undefined,
  ): FetchedMessage {
    const bytes = given?.source;
    if (!bytes) return { kind: 'broken', uid, reason: notGiven }; // also BODY[] NIL
    const reason = whyBroken(bytes, this.#limit);
    if (reason !== undefined) return { kind: 'broken', uid, reason };
    if (this.#proof === undefined || bytes.length < this.#proof.size) this.#proof = { folder, uid, size: bytes.length };
    return { kind: 'message', uid, message: { bytes, flags: ourFlags(flags), internalDate: dateOf(internalDate) } };
  }

  /**
   * Asked for alone; undefined: the server does not give it. A connection that is lost may be chance, this message's doing,
   * or that of a server that gives nothing more for today: what it gives of others tells.
   */
  async #alone(folder: SourceMailbox, uid: number, wanted: Wanted): Promise<FetchMessageObject | undefined> {
    for (;;) {
      for (let time = 0; time < 2; time++) {
        const { found, end } = await this.#connection.fetch(folder, [uid], wanted);
        if (found.has(uid) || end === 'done') return found.get(uid);
      }
      if (await this.#givesOthers()) return undefined;
      this.#connection.lose(new UserError('the server gives no messages away'));
    }
  }

  /** Whether it gives once more what it has given before. Nothing was given yet: it is believed. */
  async #givesOthers(): Promise<boolean> {
    if (this.#proof === undefined) return true;
    const { folder, uid } = this.#proof;
    try {
      const { found } = await this.#connection.fetch(folder, [uid], content);
      return found.has(uid);
    } catch (failure) {
      if (!this.#connection.usable || !(failure instanceof UserError)) throw failure;
      this.#proof = undefined; // its folder is gone
      return true;
    }
  }
}

function describedBy({ size = 0, internalDate, headers }: FetchMessageObject): Described {
  return { size, internalDate: dateOf(internalDate), header: headers ?? new Uint8Array() };
}

/** System flags as we spell them, and keywords; \Recent and the like are facts of that server. */
function ourFlags(flags: ReadonlySet<string> | undefined): readonly string[] {
  return [...(flags ?? [])].flatMap((flag) => {
    if (!flag.startsWith('\\')) return [flag];
    return SYSTEM_FLAGS.find((known) => known.toLowerCase() === flag.toLowerCase()) ?? [];
  });
}

/** The library tells the moment, not the zone it was written in. */
function dateOf(date: Date | string | undefined): ArchivedMessage['internalDate'] {
  return date instanceof Date ? { time: date.getTime(), zone: 0 } : undefined;
}
