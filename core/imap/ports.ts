import type { SecureContext } from 'node:tls';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { MailAccount } from '../mail/ports.ts';

/** What the IMAP service needs of whoever runs it. The composition root (core/server.ts) provides it. */
export interface ImapDependencies {
  readonly authenticator: Authenticator;
  /** The mail of a user who has just been authenticated. */
  openAccount(accountId: string): Promise<MailAccount>;
  readonly options: ImapOptions;
  readonly tls: TlsSource;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The certificate now in use; asked for at every handshake, so a new one needs no restart. */
export interface TlsSource {
  readonly secureContext: SecureContext;
  /** DER of the certificate, for the channel binding tls-server-end-point (RFC 5929 section 4). */
  readonly certificate: Uint8Array;
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

/** Checks who somebody is. Never says which of user name and password was wrong, by text or by time. */
export interface Authenticator {
  /**
   * PLAIN, LOGIN and the LOGIN command.
   * @throws Refused AUTHENTICATIONFAILED (unknown user, wrong password), CONTACTADMIN (account disabled, said only after
   *   the right password), UNAVAILABLE.
   */
  verifyPassword(login: PasswordLogin): Promise<AuthenticatedUser>;
  /** What SCRAM needs (RFC 5802 section 3); for an unknown user, stable made-up values that no password fits. */
  scramCredentials(userName: string, from: Peer): Promise<ScramCredentials>;
  /** Called after a SCRAM exchange has proved the password; applies what verifyPassword applies after its check. */
  scramSucceeded(userName: string, from: Peer): Promise<AuthenticatedUser>;
  /** Called after a SCRAM proof that did not fit, so that it counts like a wrong password. */
  scramFailed(userName: string, from: Peer): void;
}

export interface Peer {
  /** The remote address as text. */
  readonly address: string;
  readonly secure: boolean;
}

export interface PasswordLogin {
  readonly userName: string;
  readonly password: string;
  /** SASL authorization identity; empty or the user's own name, nobody may act for another. */
  readonly authorizeAs?: string;
  readonly from: Peer;
}

export interface AuthenticatedUser {
  /** The name as the directory spells it. */
  readonly name: string;
  readonly accountId: string;
}

export interface ScramCredentials {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}
