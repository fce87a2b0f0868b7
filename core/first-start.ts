import { hostname, userInfo } from 'node:os';
import type { Directory } from './accounts/directory.ts';
import type { Clock } from './base/clock.ts';
import { generatePassword } from './base/generate-password.ts';
import { normaliseUnicode } from './base/normalise-unicode.ts';
import type { Random } from './base/random.ts';
import type { MailStore } from './mail/ports.ts';
import { welcomeMessage } from './welcome-message.ts';

/** The user that a first start makes, with the password that nothing else remembers. */
export interface FirstUser {
  readonly userName: string;
  readonly password: string;
}

export interface FirstStartDependencies {
  readonly directory: Directory;
  readonly store: MailStore;
  readonly clock: Clock;
  readonly random: Random;
  /** What the first user is to be called if it is a fit name; the user of the operating system unless said otherwise. */
  readonly wishedName?: string;
  /** The name of this machine, for the welcome message. */
  readonly host?: string;
}

/**
 * Makes a server that nobody can log in to usable: one user with a made-up password, and a first message that says
 * what to do next. Does nothing when there are users.
 */
export async function firstStart(dependencies: FirstStartDependencies): Promise<FirstUser | undefined> {
  const { directory, store, clock, random } = dependencies;
  if (directory.list().length > 0) return undefined;
  const userName = firstUserName(dependencies.wishedName ?? systemUserName());
  const password = generatePassword(random);
  const { name, accountId } = await directory.add(userName, password);
  try {
    const account = await store.account(accountId);
    const bytes = welcomeMessage({ userName: name, host: dependencies.host ?? hostname(), now: clock.now(), random });
    await account.append('INBOX', [{ bytes, flags: [] }]);
  } catch (failure) {
    await directory.remove(name); // the next start must be the first again, or nobody would ever learn the password
    throw failure;
  }
  return { userName: name, password };
}

/** Names that say what somebody may do and not who it is. A mailbox of this name would be nobody's. */
const notPeople: ReadonlySet<string> = new Set([
  'root',
  'administrator',
  'admin',
  'system',
  'nobody',
  'anyone',
  'anonymous',
]);
const fallback = 'mail';

/** The user's name in lower-case ASCII, which is easy to type into a mail client on a phone. */
export function firstUserName(systemName: string): string {
  const plain = normaliseUnicode(systemName, 'NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const name = plain
    .replace(/[^a-z0-9._-]+/g, '.')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, 32);
  return name === '' || notPeople.has(name) ? fallback : name;
}

function systemUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return fallback; // a user without an entry in the system's list, as in some containers
  }
}
