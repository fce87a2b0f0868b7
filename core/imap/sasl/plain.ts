import { Malformed } from '../../base/errors.ts';
import { credentialText } from '../../base/password-text.ts';
import { emptyChallenge, type SaslContext, type SaslExchange, type SaslMechanism } from './mechanism.ts';

/** PLAIN (RFC 4616): `message = [authzid] NUL authcid NUL passwd`, one message. */
export const plain: SaslMechanism = {
  name: 'PLAIN',
  plaintext: true,
  bindsChannel: false,
  async *start(context: SaslContext, initialResponse: Uint8Array | undefined): SaslExchange {
    const message = credentialText(initialResponse ?? (yield emptyChallenge));
    const [authorizeAs, userName, password, ...more] = message.split('\0');
    if (authorizeAs === undefined || userName === undefined || password === undefined || more.length > 0) {
      throw new Malformed('A PLAIN response is [authorization identity] NUL user name NUL password');
    }
    // An empty name or password is wrong, not malformed: to BAD, clients say "protocol error" and do not ask again.
    return context.authenticator.verifyPassword({ userName, password, authorizeAs, from: context.peer });
  },
};
