import { setTimeout as sleep } from 'node:timers/promises';
import { MailGenerator } from '../support/mail-generator.ts';
import { RawImap } from '../support/raw-imap.ts';

/** Another user, who does his work and must not notice anything. */
export class Bystander {
  /** Milliseconds of the slowest answer. */
  slowest = 0;
  readonly #client: RawImap;
  #stopping = false;

  /** Logs in and fills the mailbox with known mail. */
  static async start(port: number, user: string, password: string): Promise<Bystander> {
    const client = await RawImap.connect({ port, timeout: 20_000, literals: 'plus' });
    await client.login(user, password);
    const mails = new MailGenerator({ seed: 3, rareWord: { word: 'xylograph', every: 10 } }).take(40);
    await client.ok('CREATE Mine');
    for (const { bytes } of mails) await client.append('Mine', bytes);
    await client.ok('SELECT Mine');
    return new Bystander(client);
  }

  private constructor(client: RawImap) {
    this.#client = client;
  }

  /** Works until `stop()`; throws at the first answer that is missing or wrong. */
  async run(): Promise<void> {
    while (!this.#stopping) {
      const start = performance.now();
      const noop = await this.#client.ok('NOOP');
      if (noop.untagged.length > 0) throw new Error(`the bystander is told of changes: ${noop.untagged.join(' ')}`);
      const search = await this.#client.ok('SEARCH TEXT xylograph');
      if (search.untagged.join() !== '* SEARCH 6 16 26 36')
        throw new Error(`the bystander's SEARCH: ${search.untagged.join(' ')}`);
      this.slowest = Math.max(this.slowest, performance.now() - start);
      await sleep(50);
    }
    await this.#client.logout();
  }

  stop(): void {
    this.#stopping = true;
  }
}
