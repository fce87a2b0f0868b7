import type { GeneratedMail } from '../../support/mail-generator.ts';
import type { Random } from '../../support/random.ts';
import { RawImap } from '../../support/raw-imap.ts';

/** One person's session, which does what mail programs do, one command after the other. */
export class SoakSession {
  readonly #client: RawImap;
  readonly #mails: readonly GeneratedMail[];
  readonly #random: Random;
  /** UIDs in the mailbox as the session knows them: only it changes them. */
  readonly #uids: number[] = [];
  #commands = 0;

  private constructor(client: RawImap, mails: readonly GeneratedMail[], random: Random) {
    this.#client = client;
    this.#mails = mails;
    this.#random = random;
  }

  /** Logs in and selects a mailbox that nobody else works in. */
  static async open(
    port: number,
    user: string,
    password: string,
    mails: readonly GeneratedMail[],
    random: Random,
  ): Promise<SoakSession> {
    const client = await RawImap.connect({ port, timeout: 120_000 });
    const session = new SoakSession(client, mails, random);
    await client.login(user, password);
    await client.ok('SELECT INBOX');
    const { untagged } = await client.ok('UID SEARCH ALL');
    session.#uids.push(...numbersIn(untagged.join(' ')));
    return session;
  }

  /** Commands answered so far. */
  get commands(): number {
    return this.#commands;
  }

  /** Goes on until the time is over. @throws when the server answers anything but OK, or other messages than it has */
  async work(until: number): Promise<void> {
    while (performance.now() < until) {
      await this.#step();
      this.#commands++;
    }
  }

  async close(): Promise<void> {
    await this.#client.ok('LOGOUT');
    this.#client.destroy();
  }

  async #step(): Promise<void> {
    const kind = this.#random.int(20);
    const uid = this.#uids[this.#random.int(Math.max(1, this.#uids.length))];
    if (uid === undefined || kind < 4) return this.#append();
    if (kind < 9) return this.#fetch(`UID FETCH ${uid} BODY.PEEK[]`, 1);
    if (kind < 12) return this.#fetch('FETCH 1:* (UID FLAGS)', this.#uids.length);
    if (kind < 15) return void (await this.#client.ok(`UID STORE ${uid} +FLAGS.SILENT (\\Seen)`));
    if (kind < 16) return void (await this.#client.ok('SEARCH TEXT invoice'));
    if (kind < 19) return this.#expunge(uid);
    return void (await this.#client.ok('NOOP'));
  }

  async #append(): Promise<void> {
    const mail = this.#mails[this.#random.int(this.#mails.length)]!;
    const { code } = await this.#client.ok(['APPEND INBOX ', mail.bytes], 'plus');
    this.#uids.push(Number(/^APPENDUID \d+ (\d+)$/.exec(code ?? '')?.[1]));
  }

  async #fetch(command: string, messages: number): Promise<void> {
    const { untagged } = await this.#client.ok(command);
    const told = untagged.filter((line) => /^\* \d+ FETCH /.test(line)).length;
    if (told !== messages) throw new Error(`${command}: ${told} messages instead of ${messages}`);
  }

  async #expunge(uid: number): Promise<void> {
    await this.#client.ok(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`);
    await this.#client.ok(`UID EXPUNGE ${uid}`);
    this.#uids.splice(this.#uids.indexOf(uid), 1);
  }
}

function numbersIn(text: string): number[] {
  return (text.replace('* SEARCH', '').match(/\d+/g) ?? []).map(Number);
}
