import { setTimeout as sleep } from 'node:timers/promises';
import { type FetchMessageObject, ImapFlow, type ListResponse } from 'imapflow';
import { UserError } from '../base/errors.ts';
import { fetchedMailLimits, importLimits } from '../base/limits.ts';
import type { ArchivedMessage } from '../formats/archive.ts';
import { tooLarge, whyBroken } from '../formats/soundness.ts';
import { SYSTEM_FLAGS } from '../mail/flags.ts';
import type { SourceFolder } from './folder-names.ts';
import { sourceFailure } from './source-failure.ts';

export interface ImapSourceOptions {
  readonly host: string;
  /** What is connected to; undefined: wherever the name of the host leads. */
  readonly address?: string | undefined;
  readonly port: number;
  readonly tls: 'tls' | 'starttls' | 'none';
  readonly userName: string;
  readonly password: string;
  /** Octets of the largest message; larger ones are not fetched. */
  readonly limit: number;
  /** Aborted: the connection is closed, and whatever waits for the server rejects. */
  readonly signal: AbortSignal;
}

export interface ListedFolder extends SourceFolder {
  /** False: it only holds others. */
  readonly selectable: boolean;
  readonly messages: number;
}

export type FetchedMessage =
  | { readonly kind: 'message'; readonly uid: number; readonly message: ArchivedMessage }
  | { readonly kind: 'broken'; readonly uid: number; readonly reason: string }
  /** Said of the folder: all of it, or messages whose numbers are not known, stay away. */
  | { readonly kind: 'incomplete'; readonly reason: string };

type Wanted = Parameters<ImapFlow['fetch']>[1];
/** What came, also when the rest did not. */
type Fetched = Map<number, FetchMessageObject>;

/**
 * The mail of somebody on another server; nothing there is changed. A connection that is lost is made again. What stays
 * lost, and what the server refuses, rejects with UserError.
 */
export class ImapSource {
  #client: ImapFlow;
  /** Connections lost since a message came last. */
  #losses = 0;
  readonly #options: ImapSourceOptions;
  readonly #close = () => this.#client.close();

  /** @throws UserError when the server cannot be reached or does not let the user in. */
  static async open(options: ImapSourceOptions): Promise<ImapSource> {
    const source = new ImapSource(options);
    options.signal.throwIfAborted();
    options.signal.addEventListener('abort', source.#close);
    await source.#ask(() => source.#client.connect());
    return source;
  }

  private constructor(options: ImapSourceOptions) {
    this.#options = options;
    this.#client = clientOf(options);
  }

  /** What the user's own folders begin with. */
  get prefix(): string {
    return this.#client.namespace?.prefix ?? '';
  }

  /** The user's own folders, not those that others share with him. */
  async folders(): Promise<readonly ListedFolder[]> {
    const listed = await this.#ask(() => this.#client.list({ statusQuery: { messages: true } }));
    const { other, shared } = this.#client.namespaces ?? {};
    const foreign = [...(other || []), ...(shared || [])].map(({ prefix }) => prefix).filter((prefix) => prefix !== '');
    // By the name it was listed by: the library puts the user's own prefix before names without it.
    const isForeign = (name: string) => foreign.some((prefix) => name.startsWith(prefix));
    return listed.filter(({ pathAsListed }) => !isForeign(pathAsListed)).map(folderOf);
  }

  /** The messages of a folder, the oldest first; some megabytes of them are in memory. */
  async *messages(path: string): AsyncGenerator<FetchedMessage> {
    const folder = new OpenFolder(path);
    const uids = await this.#uids(folder).catch((failure: unknown) => {
      if (!this.#client.usable || !(failure instanceof UserError)) throw failure;
      return failure.message;
    });
    if (typeof uids === 'string') return yield { kind: 'incomplete', reason: uids };
    const untold = folder.exists - uids.length;
    if (untold > 0) yield { kind: 'incomplete', reason: `the server does not tell the numbers of ${untold} messages` };
    for (let at = 0; at < uids.length; at += fetchedMailLimits.described) {
      yield* this.#described(folder, uids.slice(at, at + fetchedMailLimits.described));
    }
  }

  /** Of all messages, opening the folder. */
  async #uids(folder: OpenFolder): Promise<readonly number[]> {
    const opened = () => this.#ask(() => folder.open(this.#client));
    await opened().catch((failure: unknown) => {
      if (this.#client.usable) throw failure;
      return this.#reconnect(folder, failure);
    });
    const uids = await this.#ask(() => this.#client.search({ all: true }, { uid: true }));
    if (!uids) throw new UserError('the server does not tell which messages are in it');
    return uids;
  }

  async *#described(folder: OpenFolder, uids: readonly number[]): AsyncGenerator<FetchedMessage> {
    const described = await this.#fetchAll(folder, uids, { uid: true, size: true, flags: true, internalDate: true });
    let batch: FetchMessageObject[] = [];
    let octets = 0;
    for (const uid of uids) {
      // Once more without flags, which may be what keeps a line from being understood.
      const one =
        described.get(uid) ?? (await this.#fetchOne(folder, uid, { uid: true, size: true, internalDate: true }));
      const size = one?.size ?? 0;
      if (one === undefined || size > this.#options.limit) {
        const reason = one === undefined ? untold : tooLarge(size, this.#options.limit);
        yield { kind: 'broken', uid, reason };
        continue;
      }
      const full = batch.length >= importLimits.batchMessages || octets + size > importLimits.batchOctets;
      if (full && batch.length > 0) {
        yield* this.#contents(folder, batch);
        batch = [];
        octets = 0;
      }
      batch.push(one);
      octets += size;
    }
    yield* this.#contents(folder, batch);
  }

  async *#contents(folder: OpenFolder, described: readonly FetchMessageObject[]): AsyncGenerator<FetchedMessage> {
    if (described.length === 0) return;
    const wanted = { uid: true, source: true } as const;
    const uids = described.map(({ uid }) => uid);
    const found = await this.#fetchAll(folder, uids, wanted);
    for (const { uid, flags, internalDate } of described) {
      const bytes = (found.get(uid) ?? (await this.#fetchOne(folder, uid, wanted)))?.source;
      // Also null: BODY[] NIL.
      const reason = bytes ? whyBroken(bytes, this.#options.limit) : untold;
      if (!bytes || reason !== undefined) yield { kind: 'broken', uid, reason: reason ?? untold };
      else
        yield { kind: 'message', uid, message: { bytes, flags: ourFlags(flags), internalDate: dateOf(internalDate) } };
      found.delete(uid); // its memory
    }
  }

  /** By UID, what comes of them with one command. The connection is there afterwards. */
  async #fetchAll(folder: OpenFolder, uids: readonly number[], wanted: Wanted): Promise<Fetched> {
    const found: Fetched = new Map();
    try {
      await this.#ask(async () => {
        for await (const one of this.#client.fetch([...uids], wanted, { uid: true })) found.set(one.uid, one);
      });
    } catch (failure) {
      if (found.size > 0) this.#losses = 0;
      if (!this.#client.usable) await this.#reconnect(folder, failure);
      return found;
    }
    if (found.size > 0) this.#losses = 0;
    return found;
  }

  /** Asked for alone, and again when the connection is lost meanwhile: that may be chance, or this message's doing. */
  async #fetchOne(folder: OpenFolder, uid: number, wanted: Wanted): Promise<FetchMessageObject | undefined> {
    const lostBefore = this.#losses;
    const found = await this.#fetchAll(folder, [uid], wanted);
    if (this.#losses <= lostBefore || found.has(uid)) return found.get(uid);
    return (await this.#fetchAll(folder, [uid], wanted)).get(uid);
  }

  /** @throws what ended the connection, when it cannot be made again or is lost each time. */
  async #reconnect(folder: OpenFolder, lost: unknown): Promise<void> {
    for (let failure = lost; ; ) {
      const pause = fetchedMailLimits.pauses[this.#losses++];
      if (pause === undefined) throw failure;
      await sleep(pause, undefined, { signal: this.#options.signal });
      this.#client.close();
      this.#client = clientOf(this.#options);
      try {
        await this.#ask(() => this.#client.connect());
        return await this.#ask(() => folder.open(this.#client));
      } catch (again) {
        if (this.#client.usable) throw again;
        failure = again;
      }
    }
  }

  close(): void {
    this.#options.signal.removeEventListener('abort', this.#close);
    this.#client.close();
  }

  /** @throws the signal's reason when it was aborted, else UserError: nothing of the library's errors goes further. */
  async #ask<Answer>(step: () => Promise<Answer>): Promise<Answer> {
    try {
      return await step();
    } catch (failure) {
      this.#options.signal.throwIfAborted();
      throw failure instanceof UserError ? failure : new UserError(sourceFailure(failure, this.#options));
    }
  }
}

const untold = 'the server does not give it away';

/** A folder as the connections see it that open it one after another. */
class OpenFolder {
  readonly #path: string;
  #validity: bigint | undefined;
  exists = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws UserError when its messages have other numbers than the last time. */
  async open(client: ImapFlow): Promise<void> {
    const { exists, uidValidity } = await client.mailboxOpen(this.#path, { readOnly: true });
    this.#validity ??= uidValidity;
    if (uidValidity !== this.#validity) {
      throw new UserError(`${this.#path}: the server has numbered the messages anew; run it again`);
    }
    this.exists = exists;
  }
}

function clientOf(options: ImapSourceOptions): ImapFlow {
  const { host, address = host, port, tls, userName, password, limit } = options;
  const { connect, silence, line, replyFrame } = fetchedMailLimits;
  const client = new ImapFlow({
    // The certificate must be for the name, whatever the address.
    ...(address === host ? {} : { servername: host }),
    ...{ host: address, port, secure: tls === 'tls', auth: { user: userName, pass: password } },
    ...(tls === 'tls' ? {} : { doSTARTTLS: tls === 'starttls' }),
    logger: false, // it would tell of passwords and mail
    disableAutoIdle: true,
    ...{ connectionTimeout: connect, greetingTimeout: connect, socketTimeout: silence },
    ...{ maxLineLength: line, maxLiteralSize: limit, maxResponseSize: limit + replyFrame },
  });
  client.on('error', () => {}); // whoever waits for an answer is told
  return client;
}

function folderOf({ path, delimiter, specialUse, flags, status }: ListResponse): ListedFolder {
  const selectable = !flags.has('\\Noselect') && !flags.has('\\NonExistent');
  const messages = status?.messages ?? 0;
  return { path, separator: delimiter || undefined, specialUse, selectable, messages };
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
