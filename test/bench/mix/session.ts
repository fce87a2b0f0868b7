import type { GeneratedMail } from '../../support/mail-generator.ts';
import type { Random } from '../../support/random.ts';
import { appendCommand, FastImap } from '../client/fast-imap.ts';
import { MailboxModel } from './mailbox-model.ts';

/** Messages that a look at the list asks for. */
const SCREEN = 20;

export interface MixUser {
  readonly port: number;
  readonly name: string;
  readonly password: string;
}

/** One person at work in a mailbox of their own, one command after the other; every reply is compared with what is known. */
export class MixSession {
  readonly #client: FastImap;
  readonly #model = new MailboxModel();
  readonly #mails: readonly GeneratedMail[];
  readonly #random: Random;
  #commands = 0;

  private constructor(client: FastImap, mails: readonly GeneratedMail[], random: Random) {
    this.#client = client;
    this.#mails = mails;
    this.#random = random;
  }

  /** Logs in and fills the user's INBOX with so many messages; what was in it is gone. */
  static async open(
    user: MixUser,
    mails: readonly GeneratedMail[],
    random: Random,
    count: number,
  ): Promise<MixSession> {
    const session = new MixSession(await loggedIn(user), mails, random);
    await session.#client.command('SELECT INBOX');
    await session.#client.command('STORE 1:* +FLAGS.SILENT (\\Deleted)').catch(() => {}); // it may be empty
    await session.#client.command('EXPUNGE');
    await session.#append(Array.from({ length: count }, () => session.#anyMail()));
    return session;
  }

  /** Commands answered so far. */
  get commands(): number {
    return this.#commands;
  }

  /** Does one thing. @throws when the server answers anything but OK, or what is not so */
  async step(): Promise<void> {
    const kind = this.#random.int(20);
    const index = this.#random.int(Math.max(1, this.#model.messages.length));
    if (kind < 3 || this.#model.messages.length === 0) return this.#append([this.#anyMail()]);
    if (kind < 6) return this.#expunge(index);
    if (kind < 10) return this.#mark(index);
    if (kind < 13) return this.#list(index);
    return this.#read(index);
  }

  /** Compares all of the mailbox, as a second connection sees it, with what is believed here; logs out. */
  async close(user: MixUser): Promise<void> {
    const other = await loggedIn(user);
    await other.command('EXAMINE INBOX');
    this.#model.listed(await other.reply('FETCH 1:* (UID FLAGS)'), 0, this.#model.messages.length);
    await Promise.all([other.close(), this.#client.close()]);
  }

  async #append(mails: readonly GeneratedMail[]): Promise<void> {
    this.#model.appended(await this.#reply(appendCommand('INBOX', mails)), mails);
  }

  async #expunge(index: number): Promise<void> {
    await this.#reply(`UID STORE ${this.#model.messages[index]!.uid} +FLAGS.SILENT (\\Deleted)`);
    this.#model.expunged(await this.#reply('EXPUNGE'), index);
  }

  async #mark(index: number): Promise<void> {
    const message = this.#model.messages[index]!;
    message.seen = !message.seen;
    const reply = await this.#reply(`UID STORE ${message.uid} ${message.seen ? '+' : '-'}FLAGS (\\Seen)`);
    this.#model.listed(reply, index, 1);
  }

  async #list(index: number): Promise<void> {
    const from = Math.max(0, Math.min(index, this.#model.messages.length - SCREEN));
    const count = Math.min(SCREEN, this.#model.messages.length - from);
    this.#model.listed(await this.#reply(`FETCH ${from + 1}:${from + count} (UID FLAGS)`), from, count);
  }

  async #read(index: number): Promise<void> {
    const { uid } = this.#model.messages[index]!;
    this.#model.read(await this.#reply(`UID FETCH ${uid} (UID FLAGS BODY.PEEK[])`), index);
  }

  async #reply(command: string | Buffer): Promise<Buffer> {
    const reply = await this.#client.reply(command);
    this.#commands++;
    return reply;
  }

  #anyMail(): GeneratedMail {
    return this.#random.pick(this.#mails);
  }
}

async function loggedIn({ port, name, password }: MixUser): Promise<FastImap> {
  const client = await FastImap.connect(port, { buffer: 64 * 1024 });
  await client.login(name, password);
  return client;
}
