import type { SecureContext } from 'node:tls';
import type { Activity } from '../base/activity.ts';
import type { AccessGate, AuthenticatedUser, Authenticator, LoginSlots } from '../base/authentication.ts';
import type { Clock, Uptime } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { RefusalLog } from '../base/refusal.ts';
import type { MailLease } from '../mail/ports.ts';
import type { UnacknowledgedReader } from './access/unacknowledged.ts';

/** What the IMAP service needs of whoever runs it. The composition root (core/server.ts) provides it. */
export interface ImapDependencies {
  readonly authenticator: Authenticator;
  /** All mail a user sees who has just been authenticated. Released when the session has ended. */
  openAccount(user: AuthenticatedUser): Promise<MailLease>;
  /** Asked at the connection; the authenticator asks it at the login. */
  readonly access: Pick<AccessGate, 'mayConnect'>;
  readonly logins: LoginSlots;
  /** Told when connections had to be turned away because there are too many; the gate and the slots tell by themselves. */
  readonly refusals: Pick<RefusalLog, 'record'>;
  readonly options: ImapOptions;
  readonly tls: TlsSource;
  readonly clock: Clock;
  readonly uptime: Uptime;
  /** Which connections' clients acknowledge nothing, on systems that tell. */
  readonly unacknowledged?: UnacknowledgedReader | undefined;
  /** How many files and sockets the process may have open at a time, if that is known. */
  readonly openFiles?: number | undefined;
  readonly random: Random;
  readonly logger: Logger;
  /** Told while a command of somebody who has logged in runs, unless it waits for its client. */
  readonly activity: Pick<Activity, 'begin' | 'end'>;
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
  /** Octets a second that one session is sent at most; 0 = as fast as it goes. */
  readonly bandwidth: number;
}

/** One connection, as the administrator sees it. */
export interface SessionInfo {
  readonly id: number;
  /** Undefined before login. */
  readonly user: string | undefined;
  readonly accountId: string | undefined;
  readonly address: string;
  /** What the client said of itself (ID, RFC 2971). */
  readonly clientId: string | undefined;
  /** The TLS version, such as `TLSv1.3`; undefined on a plain connection. */
  readonly tls: string | undefined;
  readonly state: 'notAuthenticated' | 'authenticated' | 'selected' | 'idling' | 'logout';
  /** The selected mailbox, as the user names it. */
  readonly mailbox: string | undefined;
  /** Milliseconds since the epoch. */
  readonly connectedAt: number;
  readonly lastActivityAt: number;
  readonly octetsIn: number;
  readonly octetsOut: number;
  /** The name of the last command, without its arguments: they may hold a password. */
  readonly lastCommand: string | undefined;
}
