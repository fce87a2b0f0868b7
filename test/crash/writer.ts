import type { Random } from '../support/random.ts';
import { quoted, RawImap, type Reply } from '../support/raw-imap.ts';
import type { Chooser } from './chooser.ts';
import type { Model } from './model.ts';
import type { Operation } from './operation.ts';

export interface Access {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** One connection that works without rest until it is told to stop or the connection ends. */
export class Writer {
  /** Sent and not answered. */
  readonly pending = new Set<Operation>();
  /** Operations answered OK. */
  done = 0;
  readonly #random: Random;
  readonly #model: Model;
  readonly #chooser: Chooser;
  #client: RawImap | undefined;
  #selected: string | undefined;
  #stopping = false;

  constructor(random: Random, model: Model, chooser: Chooser) {
    this.#random = random;
    this.#model = model;
    this.#chooser = chooser;
  }

  /** Works until `stop()`. Throws ConnectionFailed when the connection ends, and Error when the server refuses anything. */
  async run(access: Access): Promise<void> {
    this.#stopping = false;
    this.#selected = undefined;
    const literals = this.#random.chance(0.7) ? 'plus' : 'sync';
    this.#client = await RawImap.connect({ port: access.port, literals });
    await this.#client.login(access.user, access.password);
    await this.#client.ok('ENABLE CONDSTORE');
    while (!this.#stopping) {
      if (this.#random.chance(0.05)) await this.#pipelined();
      else await this.#perform(this.#chooser.next());
    }
    await this.#client.logout();
  }

  stop(): void {
    this.#stopping = true;
  }

  /** Several APPENDs before the first is answered; they touch nothing that another of them touches. */
  async #pipelined(): Promise<void> {
    await Promise.all(
      Array.from({ length: this.#random.between(2, 5) }, () => this.#perform(this.#chooser.appending())),
    );
  }

  async #perform(operation: Operation): Promise<void> {
    await this.#prepare(operation);
    this.pending.add(operation);
    const reply = await this.#client!.command(operation.command);
    if (reply.status !== 'OK') throw new Error(`${shown(operation)}: ${reply.status} [${reply.code}] ${reply.text}`);
    operation.confirmed(this.#model, reply);
    this.pending.delete(operation);
    this.done++;
  }

  /** Selects the mailbox that an operation works in; leaves the mailbox before one that moves mailboxes about. */
  async #prepare(operation: Operation): Promise<void> {
    const client = this.#client!;
    if (operation.selected === undefined) {
      const leaves = /^(RENAME|DELETE)/.test(shown(operation)) && this.#selected !== undefined;
      if (!leaves) return;
      await client.ok('UNSELECT');
    } else if (operation.selected !== this.#selected) {
      this.#noteNumbers(operation.selected, await client.ok(`SELECT ${quoted(operation.selected)}`));
    }
    this.#selected = operation.selected;
  }

  /** What the server tells here it may not take back. */
  #noteNumbers(name: string, reply: Reply): void {
    const mailbox = this.#model.mailbox(name);
    const number = (code: string) =>
      Number(new RegExp(`\\[${code} (\\d+)\\]`).exec(reply.untagged.join('\n'))?.[1] ?? 0);
    mailbox.uidNext = Math.max(mailbox.uidNext, number('UIDNEXT'));
    mailbox.highestModseq = Math.max(mailbox.highestModseq, number('HIGHESTMODSEQ'));
    mailbox.uidValidity ??= number('UIDVALIDITY');
  }
}

function shown({ command }: Operation): string {
  return typeof command === 'string'
    ? command
    : command.map((part) => (typeof part === 'string' ? part : '{…}')).join('');
}
