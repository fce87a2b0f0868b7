import type { AuthenticatedUser, Authenticator, Peer } from '../../base/authentication.ts';
import type { Random } from '../../base/random.ts';

/** What a mechanism may use. Nothing of IMAP: base64, `+` and `*` are the command's (RFC 9051 section 6.2.2). */
export interface SaslContext {
  readonly authenticator: Authenticator;
  readonly peer: Peer;
  /** Makes SCRAM's nonces. */
  readonly random: Random;
  /** The connection's channel binding data of that type; undefined without TLS and where the type does not apply. */
  channelBinding(type: string): Uint8Array | undefined;
}

/**
 * One exchange: yields challenges, is given the response to each, returns the user.
 * Rejects with Refused for credentials that are not right, Malformed for a response outside the mechanism's grammar.
 * To cancel call `return`; nothing is pending then.
 */
export type SaslExchange = AsyncGenerator<Uint8Array, AuthenticatedUser, Uint8Array>;

export interface SaslMechanism {
  /** As registered with IANA, upper case. */
  readonly name: string;
  /** Shows the password to whoever listens: not offered without TLS unless a setting allows it. */
  readonly plaintext: boolean;
  /** Proves that both ends share one TLS channel: offered where channel binding data exists. */
  readonly bindsChannel: boolean;
  /** `initialResponse`: what came with the command (RFC 4959), undefined if nothing did. */
  start(context: SaslContext, initialResponse: Uint8Array | undefined): SaslExchange;
}

/** No data in a challenge: the client is simply to go on. */
export const emptyChallenge: Uint8Array = new Uint8Array();
