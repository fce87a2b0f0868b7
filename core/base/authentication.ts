/**
 * What a protocol asks of whoever knows the users. core/accounts fulfils it; imap calls it. It stands here so that
 * neither imports the other.
 */

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
