import { setTimeout as sleep } from 'node:timers/promises';
import { RawImap } from '../support/raw-imap.ts';
import type { Model } from './model.ts';
import { parseFetch } from './snapshot.ts';
import type { Access } from './writer.ts';

/**
 * A client that only looks. What it has been shown was published, so it may not be undone by a crash, whether or not the
 * writer had its OK: this client would keep a message under a UID that later names another.
 */
export class Observer {
  readonly #model: Model;
  readonly #mailbox: string;
  #stopping = false;

  constructor(model: Model, mailbox: string) {
    this.#model = model;
    this.#mailbox = mailbox;
  }

  /** Looks until `stop()`; returns what was wrong. Throws ConnectionFailed when the connection ends. */
  async run(access: Access): Promise<string[]> {
    this.#stopping = false;
    const wrong: string[] = [];
    const client = await RawImap.connect({ port: access.port });
    await client.login(access.user, access.password);
    const { untagged } = await client.ok(`EXAMINE ${this.#mailbox}`);
    const uidValidity = Number(/\[UIDVALIDITY (\d+)\]/.exec(untagged.join('\n'))?.[1]);
    let last = Number(/\[UIDNEXT (\d+)\]/.exec(untagged.join('\n'))?.[1]) - 1;
    while (!this.#stopping) {
      const fetched = await client.ok(`UID FETCH ${last + 1}:* (UID FLAGS MODSEQ BODY.PEEK[])`);
      for (const [uid, { digest }] of fetched.untagged.flatMap((line) =>
        line.includes('BODY[]') ? (parseFetch(line) ?? []) : [],
      )) {
        wrong.push(...this.#model.identify(this.#mailbox, uidValidity, uid, digest));
        this.#model.mailbox(this.#mailbox).observed.add(uid);
        last = Math.max(last, uid);
      }
      await sleep(3);
    }
    await client.logout();
    return wrong;
  }

  stop(): void {
    this.#stopping = true;
  }
}
