import type { AccessGate, AuthenticatedUser, Authenticator, Peer } from '../../base/authentication.ts';
import { Refused } from '../../base/errors.ts';

/**
 * Lets nobody in whom the access rules keep out from where he is. He is told that his password was wrong, and where
 * SCRAM would prove to him that the server knows it, it does not: whoever has stolen a password and tries it from
 * elsewhere must not learn that it is the right one.
 */
export function admitting(authenticator: Authenticator, access: AccessGate): Authenticator {
  const admit = (user: AuthenticatedUser, { address }: Peer): AuthenticatedUser => {
    if (access.mayLogIn(address, user.name)) return user;
    throw new Refused('AUTHENTICATIONFAILED', 'User name or password is wrong');
  };
  return {
    verifyPassword: async (login) => admit(await authenticator.verifyPassword(login), login.from),
    scramCredentials: (userName, from) => authenticator.scramCredentials(userName, from),
    scramSucceeded: async (userName, from, authorizeAs) =>
      admit(await authenticator.scramSucceeded(userName, from, authorizeAs), from),
    scramFailed: (userName, from) => authenticator.scramFailed(userName, from),
  };
}
