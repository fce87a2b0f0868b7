/**
 * What a protocol asks of whoever knows the users. core/accounts fulfils it; imap calls it. It stands here so that
 * neither imports the other.
 */

import type { Refused } from './errors.ts';

/** Checks who somebody is. Never says which of user name and password was wrong, by text or by time. */
export interface Authenticator {
  /**
   * PLAIN, LOGIN and the LOGIN command.
   * @throws Refused AUTHENTICATIONFAILED (unknown user, wrong password); only after the right password CONTACTADMIN
   *   (account disabled) and AUTHORIZATIONFAILED (asks to act for another); UNAVAILABLE (too many logins wait).
   */
  verifyPassword(login: PasswordLogin): Promise<AuthenticatedUser>;
  /** What SCRAM needs (RFC 5802 section 3); for an unknown user, stable made-up values that no password fits. */
  scramCredentials(userName: string, from: Peer): Promise<ScramCredentials>;
  /**
   * Called after a SCRAM exchange has proved the password; applies what verifyPassword applies after its check.
   * `authorizeAs` as in PasswordLogin. @throws Refused as verifyPassword.
   */
  scramSucceeded(userName: string, from: Peer, authorizeAs?: string): Promise<AuthenticatedUser>;
  /** Called after a SCRAM proof that did not fit, so that it counts like a wrong password. Returns what to throw. */
  scramFailed(userName: string, from: Peer): Refused;
}

export interface Peer {
  /** The remote address as text. */
  readonly address: string;
  readonly secure: boolean;
  /** What the client said of itself (ID, RFC 2971), for the administrator. */
  readonly clientId?: string | undefined;
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

/** Who may come in, by address and name. core/settings' access rules stand behind it; read anew at every question. */
export interface AccessGate {
  /** Before the greeting, when nobody has said who he is: false when no user at all could come from there. */
  mayConnect(address: string): boolean;
  /** After the password was right. Whoever may not is told that it was wrong. */
  mayLogIn(from: Peer, userName: string): boolean;
}

/** How many may be logged in at once (IMAP4-SERVICE: "Concurrent logins"). */
export interface LoginSlots {
  /**
   * Takes a slot of the user's and one of the address's, or makes room by ending another session of his if that is what
   * the administrator wants.
   * @returns gives the slots back; to be called once, when the connection has ended in whatever way
   * @throws Refused LIMIT, which is recorded with who holds the slots; it counts as no failed login
   */
  take(login: LoggedInConnection): () => void;
}

/** A connection that wants a slot, or has one. */
export interface LoggedInConnection {
  readonly id: number;
  readonly user: AuthenticatedUser;
  readonly address: string;
  readonly clientId: string | undefined;
  /** Milliseconds of the uptime when the client last sent something. */
  readonly lastActivity: number;
  /** Ends the connection with `* BYE` and this text. */
  bye(text: string): void;
}
