import type { Random } from '../support/random.ts';
import { RawImap } from '../support/raw-imap.ts';
import { Chooser, SHARED } from './chooser.ts';
import { differences } from './compare.ts';
import { Model } from './model.ts';
import { Observer } from './observer.ts';
import { takeSnapshot } from './snapshot.ts';
import { type Access, Writer } from './writer.ts';

/** Whose messages were there before the first writer. */
const NOBODY = -1;

/** One user's mail: the model, those who write, and one who watches. */
export class Account {
  readonly user: string;
  readonly #password: string;
  readonly #model = new Model();
  readonly #writers: readonly Writer[];
  readonly #roots: readonly string[];
  readonly #observer: Observer;

  constructor(user: string, password: string, writers: number, random: Random) {
    this.user = user;
    this.#password = password;
    const choosers = Array.from(
      { length: writers },
      (_, i) => new Chooser(random.fork(), this.#model, i, random.bits()),
    );
    this.#roots = choosers.map((chooser) => chooser.root);
    this.#writers = choosers.map((chooser) => new Writer(random.fork(), this.#model, chooser));
    this.#observer = new Observer(this.#model, 'Shared');
  }

  get operationsDone(): number {
    return this.#writers.reduce((sum, writer) => sum + writer.done, 0);
  }

  get operationsPending(): number {
    return this.#writers.reduce((sum, writer) => sum + writer.pending.size, 0);
  }

  /** Makes the first mailboxes, and takes what the server itself put there into the model. */
  async setUp(port: number): Promise<void> {
    const client = await RawImap.connect({ port });
    await client.login(this.user, this.#password);
    for (const name of [...this.#roots, 'Shared']) await client.ok(`CREATE ${name}`);
    await client.logout();
    for (const name of [...this.#roots, ...SHARED]) this.#model.create(name);
    const inbox = (await takeSnapshot(port, this.user, this.#password)).get('INBOX')!;
    for (const [uid, { digest, flags }] of inbox.messages) {
      this.#model.add('INBOX', uid, { digest, flags, owner: NOBODY, modseq: 0 });
    }
  }

  /** Lets all of them work until `stop()` or the end of their connections. Each promise tells how its worker ended. */
  work(port: number): Promise<unknown>[] {
    const access: Access = { port, user: this.user, password: this.#password };
    const observing = this.#observer.run(access).then((wrong) => {
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    });
    return [...this.#writers.map((writer) => writer.run(access)), observing];
  }

  stop(): void {
    for (const writer of this.#writers) writer.stop();
    this.#observer.stop();
  }

  /** Compares what is there with what must be. Returns what is wrong. */
  async verify(port: number): Promise<string[]> {
    const snapshot = await takeSnapshot(port, this.user, this.#password);
    const wrong: string[] = [];
    for (const { pending } of this.#writers) {
      for (const operation of pending) wrong.push(...(operation.settle(this.#model, snapshot) ?? []));
      pending.clear();
    }
    wrong.push(...differences(this.#model, snapshot));
    return wrong.map((text) => `${this.user}: ${text}`);
  }
}
