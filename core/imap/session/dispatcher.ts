import { Malformed, Refused, UserError } from '../../base/errors.ts';
import { connectionLimits } from '../../base/limits.ts';
import { FileHeld } from '../../base/patiently.ts';
import type { Command, Completion, SessionState } from '../commands/command.ts';
import { ArgumentReader } from '../wire/argument-reader.ts';
import type { ReceivedCommand } from '../wire/received-command.ts';
import { oneLine } from './one-line.ts';
import { ConnectionClosed } from './response-writer.ts';
import type { Session } from './session.ts';

/** RFC 5530 section 3. Where the files are is nothing for users. */
const HELD = 'NO [UNAVAILABLE] Another program is using the files of the mail on the server; try again in a moment';

/**
 * From a complete command to its tagged reply: finds it, checks that the state allows it, parses, runs, and maps what
 * was thrown. The one place where failures become NO and BAD.
 */
export class Dispatcher {
  readonly #session: Session;
  /** After login: in a row. */
  #bad = 0;
  #beforeLogin = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Undefined when the command is done; else a promise that resolves when it is. Never rejects, never throws. */
  dispatch(received: ReceivedCommand): Promise<void> | undefined {
    const reader = new ArgumentReader(received);
    let tag = '*';
    let command: Command | undefined;
    try {
      tag = readTag(reader);
      this.#countStranger();
      command = this.#find(reader);
      this.#session.lastCommand = command.name;
      const args = command.parse(reader, { tag, utf8: this.#session.rev2, uid: command.name.startsWith('UID ') });
      const outcome = command.run(this.#session, args);
      if (!(outcome instanceof Promise)) return this.#complete(tag, command, outcome);
      // Strangers must not hold anything up.
      const isWaitedFor = this.#session.state !== 'notAuthenticated' && command.isWaiting !== true;
      return isWaitedFor ? this.#waitedFor(tag, command, outcome) : this.#finish(tag, command, outcome);
    } catch (problem) {
      this.#fail(tag, command, problem);
      return undefined;
    }
  }

  /** A command that was given up before it was complete, because of a literal or a line that is too long. */
  reject(head: Uint8Array, problem: Refused | Malformed): void {
    this.#fail(tagOf(head), undefined, problem);
  }

  async #waitedFor(tag: string, command: Command, running: Promise<Completion>): Promise<void> {
    const { activity } = this.#session.dependencies;
    activity.begin();
    await this.#finish(tag, command, running);
    activity.end();
  }

  async #finish(tag: string, command: Command, running: Promise<Completion>): Promise<void> {
    try {
      await this.#complete(tag, command, await running);
    } catch (problem) {
      this.#fail(tag, command, problem);
    }
  }

  #complete(tag: string, command: Command, { code, text, afterwards }: Completion): Promise<void> | undefined {
    if (this.#session.state !== 'notAuthenticated') this.#bad = 0;
    this.#report(command);
    this.#session.writer.text(`${tag} OK ${code === undefined ? '' : `[${code}] `}${text}\r\n`);
    this.#byeIfDue();
    if (afterwards === undefined) return undefined;
    this.#session.writer.flush();
    return afterwards() as Promise<void> | undefined;
  }

  #find(reader: ArgumentReader): Command {
    const { registry, state } = this.#session;
    let name = reader.commandName();
    if (registry.isPrefix(name)) {
      reader.expectSpace();
      name += ` ${reader.commandName()}`;
    }
    const command = registry.find(name, this.#session);
    if (command === undefined) throw new Malformed(`Unknown command ${printable(name)}`);
    if (!command.states.includes(state)) throw new Malformed(`${name} is not allowed ${whyNot(command, state)}`);
    return command;
  }

  #report(command: Command | undefined): void {
    if (command !== undefined && command.reportsChanges !== false) this.#session.reportChanges(command.mayExpunge);
  }

  #fail(tag: string, command: Command | undefined, problem: unknown): void {
    try {
      this.#answerFailure(tag, command, problem);
    } catch (bug) {
      this.#session.logger.error({ err: bug, command: command?.name }, 'a failure could not be answered');
      this.#session.transport.end();
    }
  }

  #answerFailure(tag: string, command: Command | undefined, problem: unknown): void {
    if (problem instanceof ConnectionClosed) return;
    if (problem instanceof Malformed) {
      this.#session.writer.text(`${tag} BAD ${oneLine(problem.message)}\r\n`);
      this.#countBad();
      return;
    }
    this.#report(command);
    if (problem instanceof FileHeld) {
      this.#session.logger.warn({ command: command?.name }, problem.message);
      this.#session.writer.text(`${tag} ${HELD}\r\n`);
      this.#byeIfDue();
      return;
    }
    if (problem instanceof Refused) {
      const code = [problem.code, problem.codeArguments].filter((part) => part !== undefined).join(' ');
      this.#session.writer.text(`${tag} NO ${code === '' ? '' : `[${code}] `}${oneLine(problem.message)}\r\n`);
      this.#byeIfDue();
      return;
    }
    const reference = `${this.#session.id}-${this.#session.dependencies.clock.now().toString(36)}`;
    const found = { reference, command: command?.name };
    // Such as a broken index: nothing that users can mend, and the message names the remedy for the administrator.
    const known = problem instanceof UserError;
    if (known) this.#session.logger.error(found, problem.message);
    else this.#session.logger.error({ err: problem, ...found }, 'a command failed through a bug');
    // RFC 5530 section 3
    const told = known ? '[CONTACTADMIN] This cannot be done' : '[SERVERBUG] Internal error';
    this.#session.writer.text(`${tag} NO ${told}; the administrator finds it in the log as ${reference}\r\n`);
    this.#byeIfDue();
  }

  /** Who does not log in has nothing to do here for long; their commands cost as much as others'. */
  #countStranger(): void {
    if (this.#session.state !== 'notAuthenticated') return;
    if (++this.#beforeLogin >= connectionLimits.commandsBeforeLogin) {
      this.#session.byeAfterReply ??= 'Too many commands before login';
    }
  }

  #countBad(): void {
    this.#bad++;
    const { state } = this.#session;
    const limit =
      state === 'notAuthenticated' ? connectionLimits.badCommandsBeforeLogin : connectionLimits.badCommandsInARow;
    if (this.#bad >= limit) this.#session.byeAfterReply = 'Too many commands that are not IMAP';
    this.#byeIfDue();
  }

  #byeIfDue(): void {
    const { byeAfterReply, writer, transport } = this.#session;
    if (byeAfterReply === undefined) return;
    writer.untagged(`BYE ${oneLine(byeAfterReply)}`);
    transport.end();
  }
}

/** A tag counts only with the space behind it: what begins like one may be the tag of another command under way. */
function readTag(reader: ArgumentReader): string {
  const tag = reader.expectTag();
  reader.expectSpace();
  return tag;
}

/** What is in the way of a command that the session's state does not allow, for the person who reads the log. */
function whyNot({ states }: Command, state: SessionState): string {
  if (state === 'logout') return 'after LOGOUT';
  if (state === 'notAuthenticated') return 'before login';
  if (states.includes('selected')) return 'without a selected mailbox';
  return states.includes('authenticated') ? 'while a mailbox is selected' : 'after login';
}

/** The tag at the start of an incomplete command, or `*` when there is none that may be repeated. */
function tagOf(head: Uint8Array): string {
  const match = /^[^\s(){%*"\\+\]\x00-\x1f\x7f-\xff]{1,100}(?= )/.exec(
    Buffer.from(head.subarray(0, 101)).toString('latin1'),
  );
  return match === null ? '*' : match[0];
}

function printable(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…`.replace('…', '...') : name;
}
