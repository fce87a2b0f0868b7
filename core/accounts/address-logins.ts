import type { Authenticator } from '../base/authentication.ts';
import { foldName } from '../base/fold-name.ts';
import type { Directory } from './directory.ts';

export interface AddressLoginsDependencies {
  readonly directory: Pick<Directory, 'find'>;
  /** What stands behind the @ of the mail addresses here; undefined: not known. Asked for every name with an @. */
  readonly mailDomain: () => string | undefined;
}

/**
 * Lets users log in with their mail address where they are called by the part before the @. Some mail programs (Outlook
 * among them) take the address without asking, and their users would be locked out for a password that is right. Whoever
 * really is called like the address comes first. Blanks around a name do not count. What is done for a name does not
 * depend on whether anybody has it.
 */
export function acceptAddresses(authenticator: Authenticator, dependencies: AddressLoginsDependencies): Authenticator {
  const called = (name: string) => calledBy(name, dependencies);
  return {
    verifyPassword: (login) =>
      authenticator.verifyPassword({
        ...login,
        userName: called(login.userName),
        ...(login.authorizeAs !== undefined && { authorizeAs: called(login.authorizeAs) }),
      }),
    scramCredentials: (userName, from) => authenticator.scramCredentials(called(userName), from),
    scramSucceeded: (userName, from, authorizeAs) =>
      authenticator.scramSucceeded(called(userName), from, authorizeAs === undefined ? undefined : called(authorizeAs)),
    scramFailed: (userName, from) => authenticator.scramFailed(called(userName), from),
  };
}

function calledBy(typed: string, { directory, mailDomain }: AddressLoginsDependencies): string {
  // A blank that came along when it was pasted; a name that nobody has stays as it is, for the administrator to see.
  const name = directory.find(typed.trim()) === undefined ? typed : typed.trim();
  const at = name.lastIndexOf('@');
  if (at < 1) return name;
  const domain = mailDomain();
  if (domain === undefined || foldName(name.slice(at + 1)) !== foldName(domain)) return name;
  return directory.find(name) === undefined ? name.slice(0, at) : name;
}
