import type { AuthenticatedUser, LoggedInConnection, Peer } from '../../base/authentication.ts';
import type { Logger } from '../../base/logger.ts';
import type { MailAccount, MailLease } from '../../mail/ports.ts';
import type { SessionState } from '../commands/command.ts';
import type { Registry } from '../commands/registry.ts';
import type { ImapDependencies, ImapOptions } from '../ports.ts';
import { ChangeReport } from './change-report.ts';
import { MailboxView } from './mailbox-view.ts';
import { ConnectionClosed, type ResponseWriter } from './response-writer.ts';

/** Extensions a client switches on (RFC 5161); CONDSTORE also by using it (RFC 7162 section 3.1). */
export type Feature = 'IMAP4rev2' | 'CONDSTORE';

/** What a session may ask of the transport below it. */
export interface Transport extends Peer {
  /** On this machine itself: its traffic crosses no wire. */
  readonly loopback: boolean;
  /** The listener demands TLS before anybody may log in, by whatever mechanism. */
  readonly tlsRequired: boolean;
  /** Replaces plain TCP by TLS; what the client sent in advance is thrown away (RFC 9051 section 6.2.1). */
  startTls(): void;
  /** Channel binding data of the TLS connection, or undefined without TLS (RFC 5929, RFC 9266). */
  channelBinding(type: string): Uint8Array | undefined;
  /** The next line the client sends, without its CRLF: a SASL response or the end of IDLE. */
  nextLine(): Promise<Uint8Array>;
  /** It has said BYE or is cut; what is under way comes to nothing. */
  readonly over: boolean;
  /** Milliseconds of the uptime when the client last sent something, or a command of its ended. */
  readonly lastActivity: number;
  /** Says BYE with this text and ends. */
  bye(text: string): void;
  /**
   * To be waited for before the outcome of a login is told: a hundred connections may have waited for the same password
   * to be checked, or for the same account. Undefined: no need to wait.
   */
  turnToAnswer(): Promise<void> | undefined;
  /** Flushes and closes. */
  end(): void;
  /** What the administrator is shown of the session has changed. */
  changed(): void;
}

/** One client's conversation: its state, who it is, and the mailbox it has selected. */
export class Session {
  readonly id: number;
  readonly transport: Transport;
  readonly writer: ResponseWriter;
  readonly dependencies: ImapDependencies;
  readonly registry: Registry;
  readonly enabled = new Set<Feature>();
  state: SessionState = 'notAuthenticated';
  /** Set as soon as the password was right, so that whoever ends a user's sessions finds one that is about to begin. */
  user: AuthenticatedUser | undefined;
  failedLogins = 0;
  /** What the client said of itself (RFC 2971), for the log. */
  clientId: string | undefined;
  /** Its name only: arguments may hold a password. */
  lastCommand: string | undefined;
  /** What is selected, as the user wrote it. */
  mailboxName: string | undefined;
  /** Set by a command after whose tagged reply the server says BYE with this text and closes. */
  byeAfterReply: string | undefined;
  /** True while IDLE runs: changes are then told the moment they come. */
  idling = false;
  readonly #gone = new AbortController();
  #mail: MailLease | undefined;
  #giveSlotBack: (() => void) | undefined;
  #view: MailboxView | undefined;

  constructor(
    id: number,
    transport: Transport,
    writer: ResponseWriter,
    registry: Registry,
    dependencies: ImapDependencies,
  ) {
    this.id = id;
    this.transport = transport;
    this.writer = writer;
    this.registry = registry;
    this.dependencies = dependencies;
  }

  get options(): ImapOptions {
    return this.dependencies.options;
  }

  get logger(): Logger {
    return this.dependencies.logger;
  }

  /** IMAP4rev2 is enabled: UTF-8 names, ESEARCH replies, no \Recent (RFC 9051 appendix E). */
  get rev2(): boolean {
    return this.enabled.has('IMAP4rev2');
  }

  /** The user's mail. Only in states after login. */
  get account(): MailAccount {
    if (this.#mail === undefined) throw new Error('no account before login');
    return this.#mail.account;
  }

  /** The selected mailbox. Only in the selected state. */
  get view(): MailboxView {
    if (this.#view === undefined) throw new Error('no mailbox is selected');
    return this.#view;
  }

  get hasView(): boolean {
    return this.#view !== undefined;
  }

  /** May a password cross this connection? (RFC 9051 section 11.1, LOGINDISABLED) */
  get plaintextLoginAllowed(): boolean {
    if (this.transport.secure) return true;
    if (this.transport.tlsRequired) return false;
    if (this.options.plaintextLogin === 'always') return true;
    return this.options.plaintextLogin === 'loopback' && this.transport.loopback;
  }

  /**
   * The user has proved who he is: takes his place among those logged in and opens his mail.
   * @throws Refused LIMIT when he, or his address, has too many already; the session stays as it was.
   */
  async loggedIn(user: AuthenticatedUser): Promise<void> {
    // Whoever has gone while his password was checked must not take a place from those who have come instead.
    if (this.transport.over) throw new ConnectionClosed();
    this.user = user;
    try {
      this.#giveSlotBack = this.dependencies.logins.take(this.#loginOf(user));
      this.#mail = await this.dependencies.openAccount(user);
    } catch (problem) {
      this.giveSlotBack();
      this.user = undefined;
      throw problem;
    }
    this.state = 'authenticated';
    // Not when it says so: a stranger could fill the log with it.
    if (this.clientId) this.logger.info({ session: this.id, client: this.clientId }, 'client identified itself');
    this.transport.changed();
  }

  /** Aborted, with ConnectionClosed, when nobody waits for answers any more: a command that takes long ends then. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** The connection is closed; a command may run still. */
  clientLeft(): void {
    this.#gone.abort(new ConnectionClosed());
  }

  /** As soon as it is certain that the session ends and no command of its runs; a second call does nothing. */
  giveSlotBack(): void {
    const giveBack = this.#giveSlotBack;
    this.#giveSlotBack = undefined;
    giveBack?.();
  }

  #loginOf(user: AuthenticatedUser): LoggedInConnection {
    const { id, transport } = this;
    const session = this;
    return {
      id,
      user,
      address: transport.address,
      get clientId() {
        return session.clientId;
      },
      get lastActivity() {
        return transport.lastActivity;
      },
      bye: (text) => transport.bye(text),
    };
  }

  /** Opens a mailbox in place of the one selected before. On failure none is selected (RFC 9051 section 6.3.2). */
  async select(name: string, readOnly: boolean): Promise<MailboxView> {
    this.unselect();
    const mailbox = await this.account.select(name, { readOnly, onChange: () => this.changed() });
    this.#view = new MailboxView(mailbox);
    this.mailboxName = name;
    this.state = 'selected';
    this.transport.changed();
    return this.#view;
  }

  unselect(): void {
    if (this.#view === undefined) return;
    this.#view.close();
    this.#view = this.mailboxName = undefined;
    if (this.state === 'selected') this.state = 'authenticated';
    this.transport.changed();
  }

  /** Tells the client what has happened in its mailbox since it was last told. */
  reportChanges(mayExpunge: boolean): void {
    if (this.#view?.hasNews) this.#view.report(new ChangeReport(this), mayExpunge);
  }

  /** The store says that something has changed in the selected mailbox, or the client has read what it was told. */
  changed(): void {
    // A client that does not read is told of the sum of all changes once it does.
    if (!this.idling || this.writer.full) return;
    try {
      this.reportChanges(true);
      this.writer.flush();
    } catch (problem) {
      // Whoever made the change must not suffer from it.
      this.logger.error({ err: problem, session: this.id }, 'a session could not be told of a change; it is ended');
      this.transport.end();
    }
  }

  /** The connection has ended in whatever way. */
  close(): void {
    this.giveSlotBack();
    this.unselect();
    this.#mail?.release();
    this.state = 'logout';
  }
}
