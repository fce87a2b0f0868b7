import type { SecureContext } from 'node:tls';
import type { Authenticator } from '../base/authentication.ts';
import type { Clock, Uptime } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { MailAccount } from '../mail/ports.ts';

/** What the IMAP service needs of whoever runs it. The composition root (core/server.ts) provides it. */
export interface ImapDependencies {
  readonly authenticator: Authenticator;
  /** The mail of a user who has just been authenticated. */
  openAccount(accountId: string): Promise<MailAccount>;
  readonly options: ImapOptions;
  readonly tls: TlsSource;
  readonly clock: Clock;
  readonly uptime: Uptime;
  /** How many files and sockets the process may have open at a time, if that is known. */
  readonly openFiles?: number | undefined;
  readonly random: Random;
  readonly logger: Logger;
}

/** The certificate now in use; asked for at every handshake, so a new one needs no restart. */
export interface TlsSource {
  readonly secureContext: SecureContext;
}

/**
 * The settings the service obeys. Read at every use, so a change applies to running sessions at once; implement them as
 * getters.
 */
export interface ImapOptions {
  /** Shown in the greeting. */
  readonly serviceName: string;
  /** LOGIN and plaintext mechanisms without TLS: never, from this machine only, or always. */
  readonly plaintextLogin: 'never' | 'loopback' | 'always';
  /** Octets of the largest message (RFC 7889). */
  readonly appendLimit: number;
  readonly supportIdle: boolean;
  /** Milliseconds between `* OK Still here` in IDLE; 0 = never. */
  readonly idleHeartbeat: number;
  /** Failed LOGIN/AUTHENTICATE on one connection, then BYE; 0 = no limit. */
  readonly maxFailedLogins: number;
  /** Milliseconds without a command, then BYE. */
  readonly autoLogout: number;
}
