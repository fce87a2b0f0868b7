import {
  alternative,
  attachment,
  encodeHeaderText,
  htmlOf,
  type Part,
  paragraphs,
  plain,
  wrapped,
} from './mail-parts.ts';
import { DOMAINS, PEOPLE, type Person, TOPICS } from './mail-words.ts';
import { Random } from './random.ts';

export interface GeneratedMail {
  /** The message, CRLF line ends, 7-bit or 8-bit text as real mail has it. */
  readonly bytes: Buffer;
  /** When it was written; goes up by minutes from message to message. */
  readonly date: Date;
  /** True when the body's text holds the rare word. */
  readonly hasRareWord: boolean;
}

export interface MailOptions {
  readonly seed?: number;
  /** A word in no other text, planted in the readable body of every so-manieth message. */
  readonly rareWord?: { readonly word: string; readonly every: number };
  /** The date of the first message. */
  readonly from?: Date;
}

/**
 * Mail as an office's INBOX holds it, repeatable: about 5.6 kB on average, most messages well below, some a hundred times
 * that; threads, lists, newsletters in HTML, attachments, encoded words, three transfer encodings.
 */
export class MailGenerator {
  readonly #random: Random;
  readonly #rareWord: MailOptions['rareWord'];
  readonly #threads: Thread[] = [];
  #time: number;
  #count = 0;

  constructor(options: MailOptions = {}) {
    this.#random = new Random(options.seed ?? 1);
    this.#rareWord = options.rareWord;
    this.#time = (options.from ?? new Date('2025-01-06T07:00:00Z')).getTime();
  }

  next(): GeneratedMail {
    const random = this.#random;
    const index = this.#count++;
    this.#time += random.between(20, 1_500) * 1_000;
    const date = new Date(this.#time);
    const rare = this.#rareWord !== undefined && index % this.#rareWord.every === Math.floor(this.#rareWord.every / 2);
    const thread = this.#threadFor(index);
    const body = this.#body(rare ? this.#rareWord!.word : undefined);
    const header = [...traceFields(random, thread, date), ...this.#ownFields(thread, date, index), ...body.header];
    const bytes = Buffer.concat([Buffer.from(`${header.join('\r\n')}\r\n\r\n`, 'latin1'), body.bytes]);
    return { bytes, date, hasRareWord: rare };
  }

  take(count: number): GeneratedMail[] {
    return Array.from({ length: count }, () => this.next());
  }

  /** Half of the mail continues a recent thread. */
  #threadFor(index: number): Thread {
    const random = this.#random;
    const id = `<${random.token(10)}.${index}@${random.pick(DOMAINS)}>`;
    const recent = this.#threads.slice(-40);
    if (recent.length > 0 && random.chance(0.5)) {
      const thread = random.pick(recent);
      thread.ids.push(id);
      return thread;
    }
    const people = Array.from({ length: random.between(2, 5) }, () => random.pick(PEOPLE));
    const list = random.chance(0.15) ? `team-${random.between(1, 9)}` : undefined;
    const thread: Thread = { topic: `${random.pick(TOPICS)} ${random.between(1, 9_999)}`, people, list, ids: [id] };
    this.#threads.push(thread);
    if (this.#threads.length > 200) this.#threads.splice(0, 100);
    return thread;
  }

  #ownFields(thread: Thread, date: Date, index: number): string[] {
    const random = this.#random;
    const [from, ...to] = rotated(thread.people, random.int(thread.people.length));
    const reply = thread.ids.length > 1;
    const fields = [
      `From: ${mailbox(from!)}`,
      wrapped(`To: ${to.map(mailbox).join(', ')}`),
      wrapped(
        `Subject: ${reply ? 'Re: ' : ''}${thread.list ? `[${thread.list}] ` : ''}${encodeHeaderText(thread.topic)}`,
      ),
      `Date: ${dateField(date, random)}`,
      `Message-ID: ${thread.ids.at(-1)}`,
    ];
    if (reply)
      fields.push(`In-Reply-To: ${thread.ids.at(-2)}`, wrapped(`References: ${thread.ids.slice(-12, -1).join(' ')}`));
    if (random.chance(0.2)) fields.push(`Cc: ${mailbox(random.pick(PEOPLE))}`);
    if (thread.list) fields.push(...listFields(thread.list, index));
    if (random.chance(0.7)) fields.push(`User-Agent: ${random.pick(AGENTS)}`);
    return [...fields, 'MIME-Version: 1.0'];
  }

  #body(rareWord: string | undefined): Part {
    const random = this.#random;
    const text = paragraphs(random, Math.min(20_000, random.logNormal(840, 0.8)), rareWord);
    const kind = random.weighted(KINDS);
    if (kind === 'plain') return plain(random, text);
    const both = alternative(random, text, htmlOf(random, text));
    if (kind === 'alternative') return both;
    return attachment(
      random,
      random.chance(0.5) ? both : plain(random, text),
      Math.min(400_000, random.logNormal(9_000, 1.3)),
    );
  }
}

interface Thread {
  readonly topic: string;
  readonly people: readonly Person[];
  readonly list: string | undefined;
  /** Message-IDs, oldest first; the last one is the message being made. */
  readonly ids: string[];
}

const KINDS = [
  ['plain', 55],
  ['alternative', 37],
  ['attachment', 8],
] as const;

const AGENTS = ['Mozilla Thunderbird', 'KMail/5.24', 'Apple Mail (2.3774)', 'NeoMutt/20231023', 'Evolution 3.50'];

function mailbox(person: Person): string {
  return `${encodeHeaderText(person.name)} <${person.address}>`;
}

function rotated<T>(list: readonly T[], by: number): T[] {
  return [...list.slice(by), ...list.slice(0, by)];
}

/** What the servers on the way add above the writer's own fields. */
function traceFields(random: Random, thread: Thread, date: Date): string[] {
  const sender = thread.people[0]!.address;
  const domain = sender.slice(sender.indexOf('@') + 1);
  const fields = [`Return-Path: <${sender}>`, `Delivered-To: me@office.example`];
  for (let hop = random.between(1, 4); hop > 0; hop--) fields.push(receivedField(random, domain, date, hop));
  if (random.chance(0.7)) fields.push(signatureField(random, domain));
  if (random.chance(0.4)) fields.push(`X-Spam-Status: No, score=-${random.int(5)}.${random.int(10)} required=5.0`);
  return fields;
}

function receivedField(random: Random, domain: string, date: Date, hop: number): string {
  const host = `mx${hop}.${domain}`;
  const address = `192.0.2.${random.between(1, 254)}`;
  const when = dateField(new Date(date.getTime() + hop * 1_000), random);
  return [
    `Received: from ${host} (${host} [${address}])`,
    `\tby in${random.between(1, 3)}.office.example (Postfix) with ESMTPS id ${random.token(11, '0123456789ABCDEF')}`,
    `\tfor <me@office.example>; ${when}`,
  ].join('\r\n');
}

function signatureField(random: Random, domain: string): string {
  const base64 = (octets: number) => random.bytes(octets).toString('base64');
  const signature = base64(192).replace(/(.{66})(?=.)/g, '$1\r\n\t ');
  return [
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=${random.token(6)};`,
    '\th=from:to:subject:date:message-id:mime-version:content-type;',
    `\tbh=${base64(32)};`,
    `\tb=${signature}`,
  ].join('\r\n');
}

function listFields(list: string, index: number): string[] {
  const host = 'lists.example.org';
  return [
    `List-Id: The ${list} list <${list}.${host}>`,
    `List-Post: <mailto:${list}@${host}>`,
    `List-Unsubscribe: <https://${host}/leave/${list}>,\r\n\t<mailto:${list}-leave@${host}>`,
    `Precedence: list`,
    `X-Mailing-List: ${list}/${index}`,
  ];
}

/** A date in a zone of the writer's (RFC 5322 section 3.3). */
function dateField(date: Date, random: Random): string {
  const hours = random.pick([-5, 0, 0, 1, 1, 2, 9]);
  const local = new Date(date.getTime() + hours * 3_600_000).toUTCString(); // Mon, 06 Jan 2025 07:00:00 GMT
  const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}00`;
  return local.replace('GMT', zone);
}
