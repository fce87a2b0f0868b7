import type { Session } from '../session/session.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';

/** RFC 9051 section 3. */
export type SessionState = 'notAuthenticated' | 'authenticated' | 'selected' | 'logout';

/** What a command says in its tagged OK. */
export interface Completion {
  /** Response code without brackets, such as `READ-WRITE` or `COPYUID 1 2 3`. */
  readonly code?: string | undefined;
  readonly text: string;
  /** Done once the tagged reply has been handed to the socket: the TLS handshake after STARTTLS, closing after LOGOUT. */
  readonly afterwards?: () => void | Promise<void>;
}

/** How arguments are to be read in the session's present mode. */
export interface ParseMode {
  /** The command's tag, for replies that name it (ESEARCH). */
  readonly tag: string;
  /** Mailbox names are UTF-8 (IMAP4rev2 enabled), otherwise modified UTF-7. */
  readonly utf8: boolean;
  /** True for the UID form of a command. */
  readonly uid: boolean;
}

/**
 * One command: a declaration and two steps. `parse` reads all arguments up to the end of the line and touches nothing;
 * `run` does the work and writes untagged replies; the tagged reply is the dispatcher's.
 */
export interface Command<Arguments = unknown> {
  /** Upper case; a UID form is a command of its own, such as `UID FETCH`. */
  readonly name: string;
  readonly states: readonly SessionState[];
  /**
   * Whether pending EXPUNGE replies may be sent before the tagged reply (RFC 9051 section 7.5.1: never for FETCH, STORE
   * and SEARCH; always for their UID forms and all others).
   */
  readonly mayExpunge: boolean;
  /** False: nothing pending is reported with this command, as before the mailbox is known (SELECT) or after it is left. */
  readonly reportsChanges?: boolean;
  /** The command waits for what its client or others do: nobody waits for the server meanwhile. */
  readonly isWaiting?: true;
  /** What is advertised because this command is there. */
  readonly capabilities?: (session: Session) => readonly string[];
  /** False: answered as if the command did not exist (a setting switched it off). */
  readonly enabled?: (session: Session) => boolean;
  parse(reader: ArgumentReader, mode: ParseMode): Arguments;
  /**
   * A command that has nothing to wait for answers at once, without a promise.
   * @throws Refused for NO, Malformed for BAD.
   */
  run(session: Session, args: Arguments): Completion | Promise<Completion>;
}
