import { Refused, UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';

/** The one answer for mailboxes that are not there and for those whose existence a user must not learn (RFC 4314 6). */
export function noSuchMailbox(): Refused {
  return new Refused('NONEXISTENT', 'There is no such mailbox');
}

export function notPermitted(): Refused {
  return new Refused('NOPERM', 'You have no right to do that here; ask the owner of the mailbox');
}

/** What a level of the hierarchy that is opened as if it were a mailbox says to whoever wants more of it. */
export function onlyLevel(): Refused {
  return new Refused('NOPERM', 'This is no mailbox but a level that holds some');
}

/** For a client; what is wrong with the file, the administrator has to know. */
export function notStored(problem: UserError, logger: Logger): Refused {
  logger.error({ err: problem }, 'a change of what is shared could not be written');
  return new Refused('UNAVAILABLE', 'The server cannot write down who has which rights; its log says why');
}

/** For a person at the window or the command line. */
export async function forPeople<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (problem) {
    throw problem instanceof Refused ? new UserError(problem.message) : problem;
  }
}
