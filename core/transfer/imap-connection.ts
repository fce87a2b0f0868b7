import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { type FetchMessageObject, ImapFlow } from 'imapflow';
import { UserError } from '../base/errors.ts';
import { fetchedMailLimits } from '../base/limits.ts';
import { trustOf, untrustedCertificate } from './source-certificate.ts';
import { sourceFailure } from './source-failure.ts';

export interface ImapPlace {
  readonly host: string;
  /** What is connected to; undefined: wherever the name of the host leads. */
  readonly address?: string | undefined;
  readonly port: number;
  readonly tls: 'tls' | 'starttls' | 'none';
  /** SHA-256 of the certificate that is trusted whoever issued it; undefined: only what this computer trusts. */
  readonly fingerprint?: string | undefined;
  readonly userName: string;
  readonly password: string;
  /** Octets of the largest message; larger ones are not fetched. */
  readonly limit: number;
  /** Aborted: the connection is closed, and whatever waits for the server rejects. */
  readonly signal: AbortSignal;
  /** Called before each pause without a connection, of so many milliseconds, with the reason for people. */
  onPause(pause: number, why: string): Promise<void>;
}

/** What is asked for of messages. */
export type Wanted = Parameters<ImapFlow['fetch']>[1];

/** The answer to a request for messages, by UID: what came, also when the rest did not. */
export interface Answer {
  readonly found: Map<number, FetchMessageObject>;
  /** done · refused: by the server, or it said what nobody understands · lost: the connection */
  readonly end: 'done' | 'refused' | 'lost';
}

/** A connection to another server, made again with growing pauses when it is lost. Nothing there is changed. */
export class ImapConnection {
  #client: ImapFlow;
  #opened: SourceMailbox | undefined;
  /** Why there is no connection, if there is none. */
  #lost: { readonly why: unknown } | undefined;
  /** Connections lost since a message came last. */
  #losses = 0;
  readonly #place: ImapPlace;
  readonly #trust: ConnectionOptions;
  readonly #close = () => this.#client.close();

  /** @throws UserError when the server cannot be reached or does not let the user in. */
  static async open(place: ImapPlace): Promise<ImapConnection> {
    place.signal.throwIfAborted();
    const connection = new ImapConnection(place, await trustIn(place));
    place.signal.throwIfAborted();
    place.signal.addEventListener('abort', connection.#close);
    await connection.ask((client) => client.connect());
    return connection;
  }

  private constructor(place: ImapPlace, trust: ConnectionOptions) {
    this.#place = place;
    this.#trust = trust;
    this.#client = clientOf(place, trust);
  }

  /** False: it is lost. */
  get usable(): boolean {
    return this.#client.usable;
  }

  /** @throws the signal's reason when it was aborted, else UserError: nothing of the library's errors goes further. */
  async ask<Told>(step: (client: ImapFlow) => Promise<Told>): Promise<Told> {
    const client = this.#client;
    try {
      return await step(client);
    } catch (failure) {
      this.#place.signal.throwIfAborted();
      if (failure instanceof UserError) throw failure;
      const more = await untrustedCertificate(failure, this.#place);
      const text = sourceFailure(failure, this.#place, client.byeReason) + more;
      throw isRefusedLogin(failure) ? new LoginRefused(text) : new UserError(text);
    }
  }

  /**
   * Opens a mailbox, connecting again when that is needed.
   * @throws UserError when the server does not open it, or has numbered its messages again, or stays away.
   */
  async open(mailbox: SourceMailbox): Promise<void> {
    while (this.#opened !== mailbox) {
      if (this.#lost !== undefined) await this.#connectAgain(this.#lost.why);
      else if (await this.#try((client) => mailbox.open(client))) this.#opened = mailbox;
    }
  }

  /** Asks about an open mailbox, again when the connection is lost. @throws UserError as `open` does, and when it is refused */
  async within<Told>(mailbox: SourceMailbox, step: (client: ImapFlow) => Promise<Told>): Promise<Told> {
    for (;;) {
      await this.open(mailbox);
      try {
        return await this.ask(step);
      } catch (failure) {
        this.#place.signal.throwIfAborted();
        if (this.usable) throw failure;
        this.lose(failure);
      }
    }
  }

  /**
   * Asks for messages, with one command. When the connection is lost meanwhile, the next request waits and makes it again.
   * @throws UserError as `open` does
   */
  async fetch(mailbox: SourceMailbox, uids: readonly number[], wanted: Wanted): Promise<Answer> {
    await this.open(mailbox);
    const found: Answer['found'] = new Map();
    try {
      await this.ask(async (client) => {
        for await (const one of client.fetch([...uids], wanted, { uid: true })) found.set(one.uid, one);
      });
    } catch (why) {
      this.#place.signal.throwIfAborted();
      if (this.usable) return this.#answered(found, 'refused');
      this.lose(why);
      return this.#answered(found, 'lost');
    }
    return this.#answered(found, 'done');
  }

  /** Gives the connection up: the next request waits and makes another. @param why what is told if that is in vain */
  lose(why: unknown): void {
    this.#client.close();
    this.#opened = undefined;
    this.#lost ??= { why };
  }

  close(): void {
    this.#place.signal.removeEventListener('abort', this.#close);
    this.#client.close();
  }

  #answered(found: Answer['found'], end: Answer['end']): Answer {
    if (found.size > 0) this.#losses = 0;
    return { found, end };
  }

  /** @throws why, when this has been done too often; what the server says that waiting does not mend. */
  async #connectAgain(why: unknown): Promise<void> {
    const { signal, onPause } = this.#place;
    const pause = fetchedMailLimits.pauses[this.#losses++];
    if (pause === undefined) throw why;
    await onPause(pause, (why as Error).message);
    await sleep(pause, undefined, { signal });
    this.#client = clientOf(this.#place, this.#trust);
    this.#lost = undefined;
    await this.#try((client) => client.connect());
  }

  /** @returns false: the connection is lost. @throws any other failure */
  async #try(step: (client: ImapFlow) => Promise<void>): Promise<boolean> {
    try {
      await this.ask(step);
      return true;
    } catch (failure) {
      this.#place.signal.throwIfAborted();
      if (this.usable || failure instanceof LoginRefused) throw failure;
      this.lose(failure);
      return false;
    }
  }
}

/** The password is wrong by now. Trying it for a day would lock its user out. */
class LoginRefused extends UserError {}

function isRefusedLogin(failure: unknown): boolean {
  return (failure as { serverResponseCode?: unknown } | undefined)?.serverResponseCode === 'AUTHENTICATIONFAILED';
}

/** A mailbox of the server, as the connections see it that open it one after another. */
export class SourceMailbox {
  readonly #name: string;
  #validity: bigint | undefined;
  /** Messages in it, when it was opened last; undefined: it never was. */
  exists: number | undefined;

  /** @param name as the server's LIST has it */
  constructor(name: string) {
    this.#name = name;
  }

  /** @throws UserError when its messages have other numbers than the last time. */
  async open(client: ImapFlow): Promise<void> {
    takeNamesAsTheyAre(client);
    const { exists, uidValidity } = await client.mailboxOpen(this.#name, { readOnly: true });
    this.#validity ??= uidValidity;
    if (uidValidity !== this.#validity) {
      throw new UserError(`${this.#name}: the server has numbered the messages anew; run it again`);
    }
    this.exists = exists;
  }
}

/**
 * Not every server has its names in modified UTF-7 or puts its prefix before them. What LIST has told is asked for, and
 * nothing that the library makes of it.
 */
function takeNamesAsTheyAre(client: ImapFlow): void {
  client.enabled.add('UTF8=ACCEPT');
  if (client.namespace) client.namespace = { ...client.namespace, prefix: '' };
}

/** @throws UserError @throws the signal's reason */
async function trustIn(place: ImapPlace): Promise<ConnectionOptions> {
  try {
    return await trustOf(place);
  } catch (failure) {
    place.signal.throwIfAborted();
    throw failure instanceof UserError ? failure : new UserError(sourceFailure(failure, place));
  }
}

function clientOf(place: ImapPlace, trust: ConnectionOptions): ImapFlow {
  const { host, address = host, port, tls, userName, password, limit } = place;
  const { connect, silence, line, replyFrame } = fetchedMailLimits;
  const client = new ImapFlow({
    // The certificate must be for the name, whatever the address.
    ...(address === host ? {} : { servername: host }),
    ...{ host: address, port, secure: tls === 'tls', auth: { user: userName, pass: password } },
    ...(tls === 'tls' ? {} : { doSTARTTLS: tls === 'starttls' }),
    tls: trust,
    logger: false, // it would tell of passwords and mail
    disableAutoIdle: true,
    ...{ connectionTimeout: connect, greetingTimeout: connect, socketTimeout: silence },
    ...{ maxLineLength: line, maxLiteralSize: limit, maxResponseSize: limit + replyFrame },
  });
  client.on('error', () => {}); // whoever waits for an answer is told
  return client;
}
