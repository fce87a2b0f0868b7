import { Refused } from '../../base/errors.ts';
import { mailboxLimits, storeLimits } from '../../base/limits.ts';
import {
  type FlagChange,
  type FlagSetId,
  type FlagSets,
  isStorableFlag,
  LONGEST_KEYWORD,
  SYSTEM_FLAGS,
} from '../../mail/flags.ts';
import type { Database, Statement } from './database.ts';

interface FlagSet {
  readonly flags: readonly string[];
  /** In lower case, for comparing. */
  readonly names: ReadonlySet<string>;
  readonly text: string;
}

/**
 * The flag sets of an account, all in memory. A new one is written with the next transaction that is committed: no
 * message can refer to a set that is not in the index.
 */
export class StoredFlagSets implements FlagSets {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #sets: FlagSet[] = [];
  readonly #ids = new Map<string, FlagSetId>();
  /** By lower-case name: the order of flags in a set and the spelling first seen. System flags come first. */
  readonly #ranks = new Map<string, number>();
  readonly #spellings: string[] = [];
  /** By id: the set with \Seen, and the one without. */
  readonly #withSeen: FlagSetId[] = [];
  readonly #withoutSeen: FlagSetId[] = [];
  /** Sets below this id are in the index. */
  #saved: number;
  /** Of the flags of all sets. */
  #octets = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO flag_set VALUES (?, ?)');
    for (const flag of SYSTEM_FLAGS) this.#rank(flag);
    this.#add([]);
    for (const row of database.prepare('SELECT flags FROM flag_set ORDER BY id').all()) {
      // What came in before everything was checked is told to nobody; `mailroom check --repair` takes it away.
      const flags = String(row[0]).split(' ').filter(isStorableFlag);
      for (const flag of flags) this.#rank(flag);
      this.#add(flags);
    }
    this.#saved = this.#sets.length;
  }

  get(id: FlagSetId): readonly string[] {
    return this.#set(id).flags;
  }

  has(id: FlagSetId, flag: string): boolean {
    return this.#set(id).names.has(flag.toLowerCase());
  }

  text(id: FlagSetId): string {
    return this.#set(id).text;
  }

  /** How many sets there are; ids are below it. */
  get count(): number {
    return this.#sets.length;
  }

  intern(flags: readonly string[]): FlagSetId {
    // \Recent is a fact about a session, nothing that could be stored. RFC 9051 2.3.2
    const wanted = flags.filter((flag) => flag.toLowerCase() !== '\\recent');
    if (wanted.length === 0) return 0;
    for (const flag of wanted) refuseUnstorable(flag);
    const ranks = this.#ranksOf(wanted);
    const known = this.#ids.get(ranks.join(' '));
    if (known !== undefined) return known;
    const flagsOfSet = ranks.map((rank) => this.#spellings[rank]!);
    const octets = this.#octets + flagsOfSet.reduce((sum, flag) => sum + flag.length, 0);
    if (this.#sets.length >= storeLimits.flagSets || octets > storeLimits.flagSetOctets) {
      throw new Refused('LIMIT', 'Too many different combinations of keywords in this account');
    }
    if (ranks.length > mailboxLimits.flagsPerMessage) {
      throw new Refused('LIMIT', `A message can have ${mailboxLimits.flagsPerMessage} flags`);
    }
    return this.#add(flagsOfSet);
  }

  /** The same flags with \Seen, or without it. Never refuses: no set has more than these two forms. */
  withSeen(id: FlagSetId, seen: boolean): FlagSetId {
    const known = seen ? this.#withSeen : this.#withoutSeen;
    known[id] ??= this.#seenForm(id, seen);
    return known[id];
  }

  #seenForm(id: FlagSetId, seen: boolean): FlagSetId {
    if (this.has(id, '\\Seen') === seen) return id;
    const others = this.get(id).filter((flag) => flag !== '\\Seen');
    const ranks = this.#ranksOf(seen ? [...others, '\\Seen'] : others);
    if (ranks.length === 0) return 0;
    return this.#ids.get(ranks.join(' ')) ?? this.#add(ranks.map((rank) => this.#spellings[rank]!));
  }

  #ranksOf(flags: readonly string[]): number[] {
    return [...new Set(flags.map((flag) => this.#rank(flag)))].sort((a, b) => a - b);
  }

  changed(id: FlagSetId, change: FlagChange): FlagSetId {
    if (change.mode === 'replace') return this.intern(change.flags);
    const present = this.get(id);
    if (change.mode === 'add') return this.intern([...present, ...change.flags]);
    const gone = new Set(change.flags.map((flag) => flag.toLowerCase()));
    return this.intern(present.filter((flag) => !gone.has(flag.toLowerCase())));
  }

  /** Writes what is new, inside the transaction that may refer to it. To be called with the result after its commit. */
  save(): number {
    for (let id = this.#saved; id < this.#sets.length; id++) this.#insert.run(id, this.#sets[id]!.flags.join(' '));
    return this.#sets.length;
  }

  /** Flags in the index that are none, and are told to nobody. */
  unstorable(): { readonly id: FlagSetId; readonly flag: string }[] {
    const rows = this.#database.prepare('SELECT id, flags FROM flag_set ORDER BY id').all();
    return rows.flatMap(([id, flags]) =>
      String(flags)
        .split(' ')
        .filter((flag) => flag !== '' && !isStorableFlag(flag))
        .map((flag) => ({ id: Number(id), flag })),
    );
  }

  /** Writes a set to the index once more, as it is told. */
  rewrite(id: FlagSetId): void {
    this.#database.prepare('UPDATE flag_set SET flags = ? WHERE id = ?').run(this.text(id), id);
  }

  /** Sets below `count` are in the index. */
  saved(count: number): void {
    this.#saved = count;
  }

  #set(id: FlagSetId): FlagSet {
    const set = this.#sets[id];
    if (!set) throw new RangeError(`There is no flag set ${id}`);
    return set;
  }

  /** @throws Refused LIMIT when a keyword would be one too many. */
  #rank(flag: string): number {
    const name = flag.toLowerCase();
    const known = this.#ranks.get(name);
    if (known !== undefined) return known;
    if (this.#spellings.length >= mailboxLimits.keywords + SYSTEM_FLAGS.length) {
      throw new Refused('LIMIT', `An account can have ${mailboxLimits.keywords} different keywords: use one of them`);
    }
    this.#ranks.set(name, this.#spellings.length);
    return this.#spellings.push(flag) - 1;
  }

  #add(flags: readonly string[]): FlagSetId {
    const ranks = flags.map((flag) => this.#rank(flag));
    const names = new Set(flags.map((flag) => flag.toLowerCase()));
    this.#octets += flags.reduce((sum, flag) => sum + flag.length, 0);
    this.#ids.set(ranks.join(' '), this.#sets.length);
    return this.#sets.push({ flags, names, text: flags.join(' ') }) - 1;
  }
}

/** @throws Refused LIMIT, CANNOT */
function refuseUnstorable(flag: string): void {
  if (isStorableFlag(flag)) return;
  if (flag.length > LONGEST_KEYWORD) {
    throw new Refused('LIMIT', `A keyword can have ${LONGEST_KEYWORD} characters; choose a shorter one`);
  }
  throw new Refused('CANNOT', 'A keyword has ASCII letters, digits and signs, and no blanks, quotes or brackets');
}
