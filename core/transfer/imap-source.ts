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
  | { readonly kind: 'broken'; readonly uid: number; readonly reason: string };

/** The mail of somebody on another server; nothing there is changed. What the server refuses rejects with UserError. */
export class ImapSource {
  readonly #client: ImapFlow;
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
    const { host, address = host, port, tls, userName, password, limit } = options;
    const { connect, silence, line, replyFrame } = fetchedMailLimits;
    this.#options = options;
    this.#client = new ImapFlow({
      // The certificate must be for the name, whatever the address.
      ...(address === host ? {} : { servername: host }),
      ...{ host: address, port, secure: tls === 'tls', auth: { user: userName, pass: password } },
      ...(tls === 'tls' ? {} : { doSTARTTLS: tls === 'starttls' }),
      logger: false, // it would tell of passwords and mail
      disableAutoIdle: true,
      ...{ connectionTimeout: connect, greetingTimeout: connect, socketTimeout: silence },
      ...{ maxLineLength: line, maxLiteralSize: limit, maxResponseSize: limit + replyFrame },
    });
    this.#client.on('error', () => {}); // whoever waits for an answer is told
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
    await this.#ask(() => this.#client.mailboxOpen(path, { readOnly: true }));
    const uids = (await this.#ask(() => this.#client.search({ all: true }, { uid: true }))) || [];
    for (let at = 0; at < uids.length; at += fetchedMailLimits.described) {
      yield* this.#described(uids.slice(at, at + fetchedMailLimits.described));
    }
  }

  async *#described(uids: readonly number[]): AsyncGenerator<FetchedMessage> {
    const wanted = { uid: true, size: true, flags: true, internalDate: true } as const;
    const described = await this.#fetch(uids, wanted);
    let batch: FetchMessageObject[] = [];
    let octets = 0;
    for (const one of described.values()) {
      const size = one.size ?? 0;
      if (size > this.#options.limit) {
        yield { kind: 'broken', uid: one.uid, reason: tooLarge(size, this.#options.limit) };
        continue;
      }
      const full = batch.length >= importLimits.batchMessages || octets + size > importLimits.batchOctets;
      if (full && batch.length > 0) {
        yield* this.#contents(batch);
        batch = [];
        octets = 0;
      }
      batch.push(one);
      octets += size;
    }
    yield* this.#contents(batch);
  }

  async *#contents(described: readonly FetchMessageObject[]): AsyncGenerator<FetchedMessage> {
    if (described.length === 0) return;
    const uids = described.map(({ uid }) => uid);
    const sources = await this.#fetch(uids, { uid: true, source: true }).catch(() => undefined);
    for (const one of described) yield await this.#content(one, sources);
  }

  /** @param sources undefined: the server would not give all of them at once, so each is asked for alone */
  async #content(
    { uid, flags, internalDate }: FetchMessageObject,
    sources: ReadonlyMap<number, FetchMessageObject> | undefined,
  ): Promise<FetchedMessage> {
    const found =
      sources ??
      (await this.#fetch([uid], { uid: true, source: true }).catch((failure: unknown) => {
        if (!this.#client.usable) throw failure;
        return new Map<number, FetchMessageObject>();
      }));
    const bytes = found.get(uid)?.source;
    const reason = bytes === undefined ? 'the server does not give it away' : whyBroken(bytes, this.#options.limit);
    if (bytes === undefined || reason !== undefined) return { kind: 'broken', uid, reason: reason ?? '' };
    return { kind: 'message', uid, message: { bytes, flags: ourFlags(flags), internalDate: dateOf(internalDate) } };
  }

  /** By UID. */
  async #fetch(
    uids: readonly number[],
    wanted: Parameters<ImapFlow['fetch']>[1],
  ): Promise<ReadonlyMap<number, FetchMessageObject>> {
    return this.#ask(async () => {
      const found = new Map<number, FetchMessageObject>();
      for await (const one of this.#client.fetch([...uids], wanted, { uid: true })) found.set(one.uid, one);
      return found;
    });
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
      throw new UserError(sourceFailure(failure, this.#options));
    }
  }
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
