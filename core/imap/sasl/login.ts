import { Malformed } from '../../base/errors.ts';
import { credentialText } from '../../base/password-text.ts';
import type { SaslContext, SaslExchange, SaslMechanism } from './mechanism.ts';

/** What clients of this mechanism expect to be asked, word for word (draft-murchison-sasl-login section 2). */
const userNameChallenge = Buffer.from('Username:');
const passwordChallenge = Buffer.from('Password:');

/** LOGIN: never standardized and obsolete, but all that old Outlooks and many scanners speak. */
export const login: SaslMechanism = {
  name: 'LOGIN',
  plaintext: true,
  bindsChannel: false,
  async *start(context: SaslContext, initialResponse: Uint8Array | undefined): SaslExchange {
    const userName = answer(initialResponse ?? (yield userNameChallenge));
    const password = answer(yield passwordChallenge);
    return context.authenticator.verifyPassword({ userName, password, from: context.peer });
  },
};

function answer(response: Uint8Array): string {
  const text = credentialText(response);
  // Empty is wrong, not malformed: to BAD, clients say "protocol error" and do not ask again.
  if (text.includes('\0')) throw new Malformed('A LOGIN response is a user name or a password without NUL');
  return text;
}
