import type { GeneratedMail } from '../../support/mail-generator.ts';

/** A message as its session knows it. */
export interface Known {
  readonly uid: number;
  readonly mail: GeneratedMail;
  seen: boolean;
}

/** The lines of a reply that tell of messages' flags: sequence number, UID, whether \Seen is among them. */
const FLAGS_LINE = /^\* (\d+) FETCH \((?=[^\r]*UID (\d+))[^\r]*FLAGS \(([^)]*)\)/gm;

/** What a session believes of its mailbox, which nobody else changes. Whatever the server says otherwise is thrown. */
export class MailboxModel {
  readonly messages: Known[] = [];

  /** @param reply of an APPEND with these messages */
  appended(reply: Buffer, mails: readonly GeneratedMail[]): void {
    const text = reply.toString('latin1');
    const [, from, to] = /\[APPENDUID \d+ (\d+)(?::(\d+))?\]/.exec(text) ?? [];
    const first = Number(from);
    const last = Number(to ?? from);
    if (!(last - first === mails.length - 1 && first > (this.messages.at(-1)?.uid ?? 0)))
      throw wrong('APPENDUID', text, `${mails.length} new UIDs`);
    this.messages.push(...mails.map((mail, i) => ({ uid: first + i, mail, seen: false })));
    this.#exists(text);
  }

  /** @param reply that tells UID and FLAGS of the messages from `from` on, counted from 0, and of no others */
  listed(reply: Buffer, from: number, count: number): void {
    const told = [...reply.toString('latin1').matchAll(FLAGS_LINE)];
    const is = told.map(([, number, uid, flags]) => `${number} ${uid} ${flags!.includes('\\Seen')}`).join();
    const known = this.messages.slice(from, from + count).map(({ uid, seen }, i) => `${from + i + 1} ${uid} ${seen}`);
    if (is !== known.join()) throw wrong('FETCH', is, known.join());
  }

  /** @param reply that tells UID, FLAGS and BODY[] of the message at `index` */
  read(reply: Buffer, index: number): void {
    const { mail } = this.messages[index]!;
    const literal = reply.indexOf(`{${mail.bytes.length}}\r\n`, 0, 'latin1');
    const start = literal + `{${mail.bytes.length}}\r\n`.length;
    if (literal < 0 || !reply.subarray(start, start + mail.bytes.length).equals(mail.bytes))
      throw wrong('BODY[]', reply.toString('latin1', 0, 200), 'what was appended');
    this.listed(reply.subarray(0, start), index, 1);
  }

  /** @param reply of an EXPUNGE of the message at `index` alone */
  expunged(reply: Buffer, index: number): void {
    const text = reply.toString('latin1');
    const told = [...text.matchAll(/^\* (\d+) EXPUNGE/gm)].map(([, number]) => Number(number));
    if (told.length !== 1 || told[0] !== index + 1) throw wrong('EXPUNGE', text, `* ${index + 1} EXPUNGE`);
    this.messages.splice(index, 1);
  }

  #exists(text: string): void {
    const told = [...text.matchAll(/^\* (\d+) EXISTS/gm)].at(-1)?.[1];
    if (Number(told) !== this.messages.length) throw wrong('EXISTS', text, `${this.messages.length}`);
  }
}

function wrong(what: string, is: string, shouldBe: string): Error {
  return new Error(`${what}: the server says ${is.slice(0, 300)} instead of ${shouldBe.slice(0, 300)}`);
}
