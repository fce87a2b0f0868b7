import { login } from './login.ts';
import type { SaslContext, SaslMechanism } from './mechanism.ts';
import { plain } from './plain.ts';
import { scramSha256, scramSha256Plus } from './scram.ts';
import { channelBindingTypes } from './scram-messages.ts';

/** All there are, the strongest first: clients that take the first they know then take the best. */
export const saslMechanisms: readonly SaslMechanism[] = [scramSha256Plus, scramSha256, plain, login];

/** What decides whether a mechanism is offered on a connection. */
export interface SaslOffer {
  /** TLS is there, or a setting allows passwords without. */
  readonly plaintextAllowed: boolean;
  readonly channelBinding: SaslContext['channelBinding'];
}

/** The mechanisms a client may use on this connection, in the order to advertise them. */
export function offeredMechanisms(offer: SaslOffer): readonly SaslMechanism[] {
  const canBind = channelBindingTypes.some((type) => offer.channelBinding(type) !== undefined);
  return saslMechanisms.filter(
    (mechanism) => (offer.plaintextAllowed || !mechanism.plaintext) && (canBind || !mechanism.bindsChannel),
  );
}

/** By its name in any case (RFC 4422 section 3.1 has upper case; clients send what they like). */
export function findMechanism(name: string): SaslMechanism | undefined {
  const wanted = name.toUpperCase();
  return saslMechanisms.find((mechanism) => mechanism.name === wanted);
}
