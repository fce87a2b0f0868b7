import type { FindReply, FindTask, IndexReply, IndexTask, OpenReply, ScanReply, ScanTask } from '../search-tasks.ts';
import { BlobRows } from './blob-rows.ts';
import type { CacheBudget } from './block-cache.ts';
import { find } from './find.ts';
import { Indexer } from './indexer.ts';
import { KnownSummaries } from './known-summaries.ts';
import { RecordSource } from './record-source.ts';
import { scan } from './scan.ts';
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
  readonly #summaries: KnownSummaries;
  #open: Open | undefined;

  constructor(folder: string, maker: SignatureMaker, budget: CacheBudget) {
    this.#folder = folder;
    this.#summaries = new KnownSummaries(folder);
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

  /** Needs nothing of the index, and so no lock of it either. */
  scan({ criterion, blobs, frozen }: ScanTask): ScanReply {
    const rows = this.#open?.blobs ?? new BlobRows(this.#folder, frozen);
    const source = new RecordSource(this.#folder, rows);
    try {
      return { verdicts: scan({ source, summaries: this.#summaries }, criterion, blobs) };
    } finally {
      source.close();
      if (rows !== this.#open?.blobs) rows.close();
    }
  }

  index({ below, vanished }: IndexTask): IndexReply {
    const { value, rebuilt } = this.#guarded(({ indexer }) => {
      if (vanished) indexer.dropVanished();
      return indexer.index(below);
    });
    // After a rebuild something is left, whatever it is: the next call counts it.
    return { left: value ?? 1, rebuilt };
  }

  close(): void {
    this.#summaries.close();
    this.#closeIndex();
  }

  #closeIndex(): void {
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
      this.#closeIndex();
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
