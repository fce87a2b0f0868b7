import type { AuthenticatedUser } from '../../base/authentication.ts';
import { Refused } from '../../base/errors.ts';
import { oneLine } from '../session/one-line.ts';
import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';
import { warnOfQuota } from './quota-warning.ts';

interface LoginArguments {
  readonly userName: string;
  readonly password: string;
}

/** LOGIN (RFC 9051 section 6.2.3). */
export const login: Command<LoginArguments> = {
  name: 'LOGIN',
  states: ['notAuthenticated'],
  mayExpunge: false,
  capabilities: (session) =>
    session.state === 'notAuthenticated' && !session.plaintextLoginAllowed ? ['LOGINDISABLED'] : [],
  parse(reader) {
    reader.expectSpace();
    const userName = reader.expectCredential('a user name');
    reader.expectSpace();
    const password = reader.expectCredential('a password');
    reader.expectEnd();
    return { userName, password };
  },
  run(session, { userName, password }) {
    requirePrivacy(session);
    const { authenticator } = session.dependencies;
    return enter(session, () => authenticator.verifyPassword({ userName, password, from: session.transport }));
  },
};

/** @throws Refused PRIVACYREQUIRED where a password would cross the wire in the clear (RFC 5530 section 3). */
export function requirePrivacy(session: Session): void {
  if (session.plaintextLoginAllowed) return;
  throw new Refused(
    'PRIVACYREQUIRED',
    'Switch on SSL/TLS or STARTTLS in the mail program; passwords are not taken in the clear',
  );
}

/** Runs an authentication to its end: opens the mail of whoever it proved, or counts the failure. */
export async function enter(session: Session, authenticate: () => Promise<AuthenticatedUser>): Promise<Completion> {
  try {
    await session.loggedIn(await authenticate());
  } catch (problem) {
    if (problem instanceof Refused) beforeRefusal(session, problem);
    throw problem;
  } finally {
    await session.transport.turnToAnswer();
  }
  session.logger.info(
    { session: session.id, user: session.user?.name, address: session.transport.address },
    'logged in',
  );
  await warnOfQuota(session);
  return { code: `CAPABILITY ${session.registry.capabilities(session)}`, text: 'Logged in' };
}

function beforeRefusal(session: Session, { code, message }: Refused): void {
  if (code === 'AUTHENTICATIONFAILED') countFailure(session);
  // RFC 5530 section 3. The password is right: programs that know UNAVAILABLE show this and ask for no other password.
  if (code === 'LIMIT') session.writer.untagged(`NO [UNAVAILABLE] ${oneLine(message)}`);
}

function countFailure(session: Session): void {
  session.failedLogins++;
  const { maxFailedLogins } = session.options;
  if (maxFailedLogins > 0 && session.failedLogins >= maxFailedLogins) session.byeAfterReply = 'Too many failed logins';
}
