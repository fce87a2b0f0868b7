import { setTimeout } from 'node:timers/promises';
import type { GeneratedMail } from '../support/mail-generator.ts';
import { appendCommand, FastImap } from './client/fast-imap.ts';
import { type Contestant, type MailServer, PASSWORD, type StartOptions, USERS } from './servers/server.ts';

/** The mailboxes filled with the same mail, so that what can only be measured once can be measured three times. */
export const FILLED = ['INBOX', 'Second', 'Third'] as const;

/**
 * Milliseconds that every server gets for each message filled in, before searches are measured. Mailroom makes its
 * search index in quiet moments; the mailboxes people search were filled over years, not seconds ago.
 */
const SETTLING = 0.4;

/** One server and the mail in it, as the rows see it. */
export class Bench {
  readonly mails: readonly GeneratedMail[];
  /** Messages a second, one number per mailbox filled. */
  readonly fillRates: number[] = [];
  readonly #contestant: Contestant;
  readonly #dir: string;
  #options: StartOptions = { style: 'installed', loginsPerUser: 0 };
  #server: MailServer | undefined;
  #open: FastImap[] = [];
  #filled = 0;

  constructor(contestant: Contestant, dir: string, mails: readonly GeneratedMail[]) {
    this.#contestant = contestant;
    this.#dir = dir;
    this.mails = mails;
  }

  /** Prepares, starts and fills the server. */
  async setUp(mailboxes: readonly string[] = FILLED, users: readonly string[] = USERS): Promise<void> {
    await this.#contestant.prepare(this.#dir, users);
    await this.restart();
    for (const mailbox of mailboxes) this.fillRates.push(await this.fill(mailbox, this.mails));
  }

  get server(): MailServer {
    if (!this.#server) throw new Error('the server is not started');
    return this.#server;
  }

  /** Starts the server anew: what follows meets nothing that it holds in memory. */
  async restart(options: StartOptions = this.#options): Promise<void> {
    await this.stop();
    this.#options = options;
    this.#server = await this.#contestant.start(this.#dir, options);
  }

  /** Makes sure that the server's processes live as wanted; restarts it when they do not. */
  async inStyle(style: StartOptions['style']): Promise<void> {
    if (style !== this.#options.style) await this.restart({ ...this.#options, style });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#open.map((client) => client.close()));
    this.#open = [];
    await this.#server?.stop();
    this.#server = undefined;
  }

  /** Resolves when the server has had time for what it does when nobody waits for it. */
  async settled(): Promise<void> {
    const filled = this.#filled;
    this.#filled = 0;
    await setTimeout(filled * SETTLING);
  }

  /** A new connection, logged in. */
  async connect(user: string = USERS[0]): Promise<FastImap> {
    const client = await FastImap.connect(this.server.port);
    this.#open.push(client);
    await client.login(user, PASSWORD);
    return client;
  }

  /** A new connection with a mailbox selected. */
  async select(mailbox = 'INBOX', user?: string): Promise<FastImap> {
    const client = await this.connect(user);
    await client.command(`SELECT ${mailbox}`);
    return client;
  }

  /** Makes the mailbox and appends to it. Returns messages a second. */
  async fill(mailbox: string, mails: readonly GeneratedMail[], user?: string): Promise<number> {
    if (mailbox !== 'INBOX') {
      const client = await this.connect(user);
      await client.command(`CREATE ${mailbox}`);
      await client.close();
    }
    return this.append(mailbox, mails, user);
  }

  /** MULTIAPPEND by 100. Returns messages a second. */
  async append(mailbox: string, mails: readonly GeneratedMail[], user?: string): Promise<number> {
    const client = await this.connect(user);
    const commands: Buffer[] = [];
    for (let i = 0; i < mails.length; i += 100) commands.push(appendCommand(mailbox, mails.slice(i, i + 100)));
    const start = performance.now();
    for (const command of commands) await client.command(command);
    const rate = (mails.length * 1_000) / (performance.now() - start);
    await client.close();
    this.#filled += mails.length;
    return rate;
  }
}
