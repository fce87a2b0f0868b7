import type { FindReply, FindTask, IndexTask, OpenReply } from '../search-tasks.ts';
import { BlobRows } from './blob-rows.ts';
import type { CacheBudget } from './block-cache.ts';
import { find } from './find.ts';
import type { IndexedMessage } from './indexed-message.ts';
import { type Indexed, Indexer } from './indexer.ts';
import { isBroken, removeSearchDatabase, SearchDatabase } from './search-database.ts';
import type { SignatureMaker } from './signature.ts';

/** What is open of an account. */
interface Open {
  readonly search: SearchDatabase;
  readonly blobs: BlobRows;
  readonly indexer: Indexer;
}

/** The search index of an account, as its thread sees it. A broken one is thrown away, and all is unknown again. */
export class SearchedAccount {
  readonly #folder: string;
  readonly #maker: SignatureMaker;
  readonly #budget: CacheBudget;
  #open: Open | undefined;

  constructor(folder: string, maker: SignatureMaker, budget: CacheBudget) {
    this.#folder = folder;
    this.#maker = maker;
    this.#budget = budget;
  }

  open(): OpenReply {
    const { rebuilt } = this.#guarded(() => undefined);
    return { rebuilt };
  }

  find({ criterion, blobs }: FindTask): FindReply {
    const { value, rebuilt } = this.#guarded(({ search }) => find(search, criterion, blobs));
    return { verdicts: value ?? new Uint8Array(blobs.length), rebuilt };
  }

  index({ below, vanished }: IndexTask): Indexed & OpenReply {
    const { value, rebuilt } = this.#guarded(({ indexer }) => {
      if (vanished) indexer.dropVanished();
      return indexer.index(below);
    });
    // After a rebuild something is left, whatever it is: the next call counts it.
    return { left: value?.left ?? 1, large: value?.large, rebuilt };
  }

  /** What became of the large message that index() began with. */
  add(message: IndexedMessage): OpenReply {
    const { rebuilt } = this.#guarded(({ indexer }) => indexer.add(message));
    return { rebuilt };
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.search.close();
    open?.blobs.close();
  }

  #guarded<T>(work: (open: Open) => T): { value?: T; rebuilt: string | undefined } {
    try {
      this.#open ??= this.#openAll();
      return { value: work(this.#open), rebuilt: undefined };
    } catch (error) {
      this.close();
      if (!isBroken(error)) throw error;
      removeSearchDatabase(this.#folder);
      return { rebuilt: (error as Error).message };
    }
  }

  #openAll(): Open {
    const blobs = new BlobRows(this.#folder);
    let search: SearchDatabase | undefined;
    try {
      search = SearchDatabase.open(this.#folder, this.#budget);
      const indexer = new Indexer(this.#folder, search, blobs, this.#maker);
      const open = { search, blobs, indexer };
      // Before anything is answered: what was put back from a backup may be older than what is indexed.
      indexer.dropVanished();
      return open;
    } catch (error) {
      search?.close(); // Windows removes no file that is open
      blobs.close();
      throw error;
    }
  }
}
