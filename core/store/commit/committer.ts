import type { AccountIndex } from '../index/account-index.ts';
import type { Delivery } from '../segments/delivery-note.ts';
import type { Publication } from './publication.ts';
import { WriteTurn } from './write-turn.ts';

/** What a transaction leads to. */
export interface Change<T> {
  readonly value: T;
  /** Bookkeeping right after the commit, before anybody else can commit. */
  committed?(): void;
  /** What the change is, if it is a delivery and nothing else: then a note of it spares the flush of the index. */
  readonly delivery?: Delivery | undefined;
  /** Makes the change visible, once it is durable. Gets the number of the commit. */
  publish?(commit: number): void;
}

/** Takes changes of an account from transaction to publication. */
export class Committer {
  readonly #index: AccountIndex;
  readonly #publication: Publication;
  readonly #turn = new WriteTurn();
  readonly #onCommit: () => void;
  readonly #explain: (error: unknown) => unknown;

  /**
   * @param onCommit called after every commit.
   * @param explain what is to be thrown in place of what the disk has thrown
   */
  constructor(
    index: AccountIndex,
    publication: Publication,
    onCommit: () => void,
    explain: (error: unknown) => unknown,
  ) {
    this.#index = index;
    this.#publication = publication;
    this.#onCommit = onCommit;
    this.#explain = explain;
  }

  /**
   * Resolves when the change is durable and published.
   * @throws what `work` throws, and then nothing is changed; Refused UNAVAILABLE when the disk is full or broken.
   */
  async durably<T>(work: () => Change<T>): Promise<T> {
    const { value, published } = await this.#guarded(() => this.#finish(this.#index.transaction(work)));
    await published;
    return value;
  }

  /** The same for work on many messages, which gives way to other accounts in between. */
  async durablyInSlices<T>(work: () => Promise<Change<T>>): Promise<T> {
    const { value, published } = await this.#guarded(async () => this.#finish(await this.#index.slowTransaction(work)));
    await published;
    return value;
  }

  /** Resolves when the change is committed: a killed process keeps it, a power cut may lose it. */
  async quickly<T>(work: () => Promise<Change<T>>): Promise<T> {
    return this.#guarded(async () => {
      const change = await this.#index.slowTransaction(work);
      change.committed?.();
      this.#onCommit();
      this.#publication.flushSoon();
      return change.value;
    });
  }

  /** For one who must see no half-done transaction. */
  alone<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#turn.take(work);
  }

  /** The promise of publication is wrapped: the turn must pass on at the commit, not at the flush. */
  #finish<T>(change: Change<T>): { readonly value: T; readonly published: Promise<void> } {
    change.committed?.();
    this.#onCommit();
    const published = this.#publication.add((commit) => change.publish?.(commit), change.delivery);
    return { value: change.value, published };
  }

  async #guarded<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await this.#turn.take(() => {
        this.#publication.assertWritable();
        return work();
      });
    } catch (error) {
      throw this.#explain(error);
    }
  }
}
