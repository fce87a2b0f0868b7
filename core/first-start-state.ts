import { z } from 'zod';
import type { Directory, DirectoryChange } from './accounts/directory.ts';
import type { Clock } from './base/clock.ts';
import { writeFileDurably } from './base/durable-file.ts';
import type { Logger } from './base/logger.ts';
import { readText } from './base/text-file.ts';

/** What a welcome needs to know. */
export interface SetupState {
  /** There is nobody but the user that the first start made, and nobody has logged in or changed anything about him. */
  readonly needsFirstUser: boolean;
  /** His name while that is so. */
  readonly firstUser: string | undefined;
  /** Milliseconds since the epoch; undefined: a server before this one began the data folder. */
  readonly firstStartAt: number | undefined;
}

export interface FirstStartStateDependencies {
  readonly directory: Pick<Directory, 'list' | 'userById' | 'onChange'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const recordSchema = z.object({ at: z.number(), accountId: z.string(), isUntouched: z.boolean() });
type Record = z.output<typeof recordSchema>;

/** Who meddles with the user that the first start made has taken him over; another quota is nobody's sign of life. */
const takeovers: ReadonlySet<DirectoryChange['kind']> = new Set(['passwordSet', 'renamed', 'disabled', 'removed']);

/** Remembers in a file whether the user that a first start made still waits for his owner. */
export class FirstStartState {
  readonly #file: string;
  readonly #dependencies: FirstStartStateDependencies;
  readonly #unfollow: () => void;
  #record: Record | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, record: Record | undefined, dependencies: FirstStartStateDependencies) {
    this.#file = file;
    this.#record = record;
    this.#dependencies = dependencies;
    this.#unfollow = dependencies.directory.onChange(({ kind, user }) => {
      if (kind === 'added' || takeovers.has(kind)) this.#touched(kind === 'added' ? undefined : user.accountId);
    });
  }

  /** A file that is missing or cannot be read means that nothing is left to welcome: the server must start all the same. */
  static async open(file: string, dependencies: FirstStartStateDependencies): Promise<FirstStartState> {
    return new FirstStartState(file, await read(file, dependencies.logger), dependencies);
  }

  state(): SetupState {
    const { directory } = this.#dependencies;
    const record = this.#record;
    const first = record?.isUntouched === true ? directory.userById(record.accountId) : undefined;
    const isAlone = first !== undefined && directory.list().length === 1;
    return {
      needsFirstUser: isAlone,
      firstUser: isAlone ? first.name : undefined,
      firstStartAt: record?.at,
    };
  }

  /** The first start has made its user. */
  begin(accountId: string): Promise<void> {
    return this.#write({ at: this.#dependencies.clock.now(), accountId, isUntouched: true });
  }

  /** Somebody has logged in. */
  loggedIn(accountId: string): void {
    this.#touched(accountId);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    this.#unfollow();
    await this.#writing;
  }

  /** @param accountId undefined: whoever it was, the first user is not alone any more */
  #touched(accountId: string | undefined): void {
    const record = this.#record;
    if (record?.isUntouched !== true || (accountId !== undefined && accountId !== record.accountId)) return;
    void this.#write({ ...record, isUntouched: false });
  }

  #write(record: Record): Promise<void> {
    this.#record = record;
    this.#writing = this.#writing
      .then(() => writeFileDurably(this.#file, `${JSON.stringify(record)}\n`))
      .catch((failure: unknown) =>
        this.#dependencies.logger.warn({ err: failure }, 'whether the first user waits could not be written down'),
      );
    return this.#writing;
  }
}

async function read(file: string, logger: Logger): Promise<Record | undefined> {
  try {
    const text = await readText(file);
    return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
  } catch (failure) {
    logger.warn({ err: failure, file }, 'the first start cannot be remembered: its file cannot be used');
    return undefined;
  }
}
