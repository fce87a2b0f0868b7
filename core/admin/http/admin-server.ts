import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Uptime } from '../../base/clock.ts';
import { adminLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { TlsSource } from '../../imap/ports.ts';
import type { Administrator } from '../administrator.ts';
import { type AdminApi, contractVersion } from '../contract.ts';
import type { TransferFiles } from '../files/transfer-files.ts';
import type { AdminService } from '../service.ts';
import { AccessFile } from './access-file.ts';
import { EventStreams } from './event-streams.ts';
import { type Connection, type Listener, openListener } from './listener.ts';
import { PasswordDoor } from './password-door.ts';
import { answer, type FileHandler, type RequestOptions } from './requests.ts';
import { TokenBuckets } from './token-bucket.ts';
import { LocalToken, Logins, proofOf } from './tokens.ts';

/** Where the settings want the administration. */
export interface AdminPlace {
  /** An address of this machine, or `*` for all. */
  readonly address: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly tls: boolean;
}

export interface AdminServerOptions {
  readonly admin: Pick<AdminService, 'call' | 'onEvent'>;
  readonly administrator: Administrator;
  readonly dataFolder: string;
  /** Asked at the start and after each `onPlaceChange`. */
  readonly place: () => AdminPlace;
  readonly onPlaceChange: (listener: () => void) => () => void;
  readonly tls: TlsSource;
  /** Names by which other computers may call this one. */
  readonly hostNames: () => readonly string[];
  /** Serves the window. */
  readonly window?: FileHandler | undefined;
  /** Takes files for imports, and gives what was exported. */
  readonly files: TransferFiles;
  readonly uptime: Uptime;
  readonly random: Random;
  readonly logger: Logger;
}

/** The administration over HTTP. */
export interface AdminServer {
  /** For this machine's programs; also in the data folder's `run/admin.json`. */
  readonly local: { readonly port: number; readonly token: string };
  /** Where other computers are let in with TLS and the password; undefined: nowhere. Changes with the settings. */
  readonly remotePort: number | undefined;
  /** How many hear of events at this moment. */
  readonly listeners: number;
  /** Resolves when it listens where the settings last wanted it. */
  moved(): Promise<void>;
  /** Cuts all connections and removes `run/admin.json`. */
  close(): Promise<void>;
}

/** @throws UserError never; rejects with Node's own error when not even a loopback port can be had. */
export async function openAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const server = new HttpAdminServer(options);
  try {
    await server.open();
  } catch (failure) {
    await server.close(); // what listens already would keep the process from ending
    throw failure;
  }
  return server;
}

const LOOPBACK = '127.0.0.1';

class HttpAdminServer implements AdminServer {
  readonly #options: AdminServerOptions;
  readonly #token: LocalToken;
  readonly #logins: Logins;
  readonly #streams: EventStreams;
  readonly #strangers: TokenBuckets;
  readonly #attempts: TokenBuckets;
  readonly #door: PasswordDoor;
  readonly #stops: (() => void)[];
  readonly #file: AccessFile;
  #localListener: Listener | undefined;
  /** The port the settings wanted when it was opened. */
  #localWanted: number | undefined;
  #remoteListener: Listener | undefined;
  /** Openings and closings, one after another. */
  #turn: Promise<void> = Promise.resolve();
  #toMove = false;
  #closed = false;

  constructor(options: AdminServerOptions) {
    const { admin, administrator, random, uptime } = options;
    this.#options = options;
    this.#file = new AccessFile(options.dataFolder, options.logger);
    this.#token = new LocalToken(random, uptime);
    this.#logins = new Logins(random, uptime);
    this.#streams = new EventStreams(admin);
    this.#strangers = new TokenBuckets(adminLimits.strangersAtOnce, adminLimits.strangersPerSecond, uptime);
    this.#attempts = new TokenBuckets(adminLimits.strangersAtOnce, adminLimits.strangersPerSecond, uptime);
    this.#door = new PasswordDoor({ ...options, logins: this.#logins });
    this.#stops = [
      options.onPlaceChange(() => this.#moveSoon()),
      administrator.onChange(() => {
        this.#logins.endAll();
        if (this.#remoteListener === undefined) this.#moveSoon();
      }),
    ];
  }

  get local(): { readonly port: number; readonly token: string } {
    return { port: this.#localListener!.port, token: this.#token.text };
  }

  get remotePort(): number | undefined {
    return this.#remoteListener?.port;
  }

  get listeners(): number {
    return this.#streams.count;
  }

  moved(): Promise<void> {
    return this.#turn;
  }

  async open(): Promise<void> {
    await this.#file.remove();
    await this.#openLocal();
    await this.#openRemote();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    await this.#turn;
    this.#streams.close();
    await this.#file.remove();
    await Promise.all([this.#localListener?.close(), this.#remoteListener?.close()]);
  }

  /** Later, since whoever changed the setting through a listener wants his answer from it. */
  #moveSoon(): void {
    if (this.#toMove) return;
    this.#toMove = true;
    this.#turn = this.#turn.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, adminLimits.moveDelay));
      this.#toMove = false;
      if (!this.#closed) await this.#move();
    });
  }

  async #move(): Promise<void> {
    try {
      await this.#remoteListener?.close();
      this.#remoteListener = undefined;
      if (this.#localWanted !== this.#localPort) {
        await this.#localListener?.close();
        await this.#openLocal();
      }
      await this.#openRemote();
    } catch (failure) {
      this.#options.logger.error(
        { err: failure },
        'the administration could not be moved to where the settings want it',
      );
    }
  }

  /** The port wanted for the listener without TLS, which never leaves this machine. */
  get #localPort(): number {
    const place = this.#options.place();
    return isLocal(place) ? place.port : 0;
  }

  /** Without TLS, for this machine alone. Any free port when the wanted one is taken: programs find it all the same. */
  async #openLocal(): Promise<void> {
    const { logger } = this.#options;
    const wanted = this.#localPort;
    this.#localWanted = wanted;
    const answerer = this.#answerer('http', this.#token, undefined);
    const options = { host: LOOPBACK, tls: undefined, answer: answerer, logger };
    this.#localListener = await openListener({ ...options, port: wanted }).catch((error: NodeJS.ErrnoException) => {
      if (wanted === 0) throw error;
      logger.info(
        { port: wanted, code: error.code },
        `The administration cannot have port ${wanted} and takes another one; set admin.port to a free one`,
      );
      return openListener({ ...options, port: 0 });
    });
    const { port } = this.#localListener;
    const { text: token, key } = this.#token;
    await this.#file.write({ contractVersion, address: LOOPBACK, port, token, key });
    logger.info({ address: LOOPBACK, port }, 'the administration listens');
  }

  /** With TLS, for whoever has the password. */
  async #openRemote(): Promise<void> {
    const { administrator, logger, tls } = this.#options;
    const place = this.#options.place();
    if (isLocal(place)) return;
    const { address, port } = place;
    if (!place.tls) {
      const remedy = 'set admin.tls to on, or admin.address to 127.0.0.1';
      return logger.warn({ address }, `Other computers may administer this server over TLS only: ${remedy}`);
    }
    if (!administrator.isSet) {
      return logger.warn(
        { address },
        'Other computers may administer this server once an administrator password is set',
      );
    }
    const host = address === '*' ? undefined : address;
    const answerer = this.#answerer('https', this.#logins, this.#door);
    try {
      this.#remoteListener = await openListener({ host, port, tls, answer: answerer, logger });
      logger.info({ address, port: this.#remoteListener.port }, 'the administration listens for other computers');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn(
        { address, port },
        `Other computers cannot administer this server: ${reason}. Set admin.address and admin.port to a free place`,
      );
    }
  }

  #answerer(scheme: 'http' | 'https', tokens: RequestOptions['tokens'], door: PasswordDoor | undefined) {
    const { admin, window, files, logger, hostNames } = this.#options;
    const own = { scheme, names: scheme === 'https' ? hostNames : () => [] };
    const prove = scheme === 'http' ? (nonce: string) => proofOf(this.#token.key, nonce) : undefined;
    const options: Omit<RequestOptions, 'connection'> = {
      prove,
      admin: scheme === 'https' ? fromElsewhere(admin) : admin,
      own,
      tokens,
      door,
      window,
      files,
      logger,
      streams: this.#streams,
      strangers: this.#strangers,
      attempts: this.#attempts,
    };
    return (request: IncomingMessage, response: ServerResponse, connection: Connection) =>
      void answer(request, response, { ...options, connection });
  }
}

/** The settings want it on this machine only and without TLS. */
function isLocal({ address, tls }: AdminPlace): boolean {
  return !tls && (address === LOOPBACK || address === '::1' || address.startsWith('127.'));
}

/** The contract for those who administer from another computer. */
function fromElsewhere(admin: AdminServerOptions['admin']): AdminApi {
  return {
    call: (name, args) => admin.call(name, args, 'elsewhere'),
    onEvent: (listener) => admin.onEvent(listener),
  };
}
