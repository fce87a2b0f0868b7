import { Slice } from '../../../base/slices.ts';
import { emailIdOf } from '../../../mail/object-ids.ts';
import type { MessageColumns } from '../../../mail/ports.ts';
import type { ContentCriterion, DateRelation, SearchCriterion } from '../../../mail/search-criteria.ts';
import type { Session } from '../../session/session.ts';

const DAY = 24 * 60 * 60 * 1000;
/** Messages tested between two looks at the clock. */
const BATCH = 1024;

/**
 * Finds the messages of the selected mailbox that meet a criterion. Each step narrows a list of candidates, ascending by
 * sequence number, and what is cheap to test comes first: content is looked at only for what is left.
 */
export class SearchEngine {
  readonly #session: Session;
  readonly #now: number;

  constructor(session: Session) {
    this.#session = session;
    this.#now = session.dependencies.clock.now();
  }

  /**
   * Sequence numbers, ascending. Messages already expunged by others are not found, and numbers that no message has find
   * nothing: programs search for 1:* in an empty mailbox, too.
   */
  async find(criterion: SearchCriterion): Promise<Uint32Array> {
    const { view } = this.#session;
    const everything = new Uint32Array(view.count);
    for (let index = 0; index < everything.length; index++) everything[index] = index + 1;
    const found = await this.#narrow(everything, criterion);
    const epoch = view.state.expungeEpoch;
    return epoch === 0 ? found : found.filter((sequence) => !view.isExpunged(sequence));
  }

  async #narrow(candidates: Uint32Array, criterion: SearchCriterion): Promise<Uint32Array> {
    if (candidates.length === 0) return candidates;
    // Nobody waits for the answer any more.
    this.#session.gone.throwIfAborted();
    switch (criterion.kind) {
      case 'and':
        return this.#narrowByAll(candidates, criterion.of);
      case 'or':
        return this.#narrowByEither(candidates, criterion.of);
      case 'not':
        return difference(candidates, await this.#narrow(candidates, criterion.of));
      case 'addresses':
      case 'header':
      case 'body':
      case 'text':
      case 'sentDate':
        return this.#narrowByContent(candidates, criterion);
      default:
        return this.#narrowByTest(candidates, this.#test(criterion));
    }
  }

  async #narrowByAll(candidates: Uint32Array, criteria: readonly SearchCriterion[]): Promise<Uint32Array> {
    let left = candidates;
    for (const criterion of distinct(criteria).toSorted((a, b) => cost(a) - cost(b)))
      left = await this.#narrow(left, criterion);
    return left;
  }

  async #narrowByEither(candidates: Uint32Array, criteria: readonly SearchCriterion[]): Promise<Uint32Array> {
    let found: Uint32Array = new Uint32Array();
    let left = candidates;
    for (const criterion of distinct(criteria).toSorted((a, b) => cost(a) - cost(b))) {
      const more = await this.#narrow(left, criterion);
      found = union(found, more);
      left = difference(left, more);
    }
    return found;
  }

  async #narrowByContent(candidates: Uint32Array, criterion: ContentCriterion): Promise<Uint32Array> {
    const { view } = this.#session;
    const rows = await view.mailbox.matching(view.contentOf(candidates), criterion, this.#session.gone);
    return rows.map((row) => row + 1);
  }

  async #narrowByTest(candidates: Uint32Array, test: (sequence: number) => boolean): Promise<Uint32Array> {
    const slice = new Slice();
    const found = new Uint32Array(candidates.length);
    let count = 0;
    for (let start = 0; start < candidates.length; start += BATCH) {
      const end = Math.min(start + BATCH, candidates.length);
      for (let index = start; index < end; index++) {
        if (test(candidates[index]!)) found[count++] = candidates[index]!;
      }
      this.#session.gone.throwIfAborted();
      if (slice.over) await slice.rest();
    }
    return found.subarray(0, count);
  }

  #test(criterion: SearchCriterion): (sequence: number) => boolean {
    const { view } = this.#session;
    switch (criterion.kind) {
      case 'all':
      case 'saveDateSupported':
        return () => true;
      case 'recent':
        return (sequence) => view.isRecent(sequence);
      case 'flag':
        return this.#flagTest(criterion.flag);
      case 'sequence':
        return memberTest(view.among(criterion.set), view.count);
      case 'uid':
        return memberTest(view.resolve(criterion.set, true), view.count);
      case 'saved':
        return memberTest(view.resolve('$', true), view.count);
      case 'emailId':
        return this.#columnTest((columns, row) => emailIdOf(columns.blob[row]!) === criterion.id);
      case 'threadId': // RFC 8474 section 5.2: THREADID is NIL for every message here
        return () => false;
      default:
        return this.#metadataTest(criterion);
    }
  }

  #metadataTest(criterion: SearchCriterion): (sequence: number) => boolean {
    switch (criterion.kind) {
      case 'date': {
        const { of, relation, day } = criterion;
        if (of === 'saved') return this.#columnTest((columns, row) => isDay(columns.saveDate[row]!, 0, relation, day));
        return this.#columnTest((columns, row) => isDay(columns.internalDate[row]!, columns.zone[row]!, relation, day));
      }
      case 'within': {
        const boundary = this.#now - criterion.seconds * 1000;
        if (criterion.relation === 'older')
          return this.#columnTest((columns, row) => columns.internalDate[row]! <= boundary);
        return this.#columnTest((columns, row) => columns.internalDate[row]! >= boundary);
      }
      case 'size': {
        const { relation, octets } = criterion;
        if (relation === 'larger') return this.#columnTest((columns, row) => columns.size[row]! > octets);
        return this.#columnTest((columns, row) => columns.size[row]! < octets);
      }
      case 'modseq':
        return this.#columnTest((columns, row) => columns.modseq[row]! >= criterion.atLeast);
      default:
        throw new Error(`no test for the search criterion ${criterion.kind}`);
    }
  }

  /** Columns may be replaced while a search rests, so they are asked for anew with every message. */
  #columnTest(test: (columns: MessageColumns, row: number) => boolean): (sequence: number) => boolean {
    const { view } = this.#session;
    return (sequence) => {
      const present = view.presentColumns;
      if (present !== undefined) return test(present, sequence - 1);
      const { columns, row } = view.place(sequence);
      return test(columns, row);
    };
  }

  #flagTest(flag: string): (sequence: number) => boolean {
    const { flagSets } = this.#session.view.state;
    const known = new Map<number, boolean>();
    return this.#columnTest((columns, row) => {
      const set = columns.flagSet[row]!;
      if (!known.has(set)) known.set(set, flagSets.has(set, flag));
      return known.get(set) === true;
    });
  }
}

/** Each of the criteria once: one that has been met is met again. Those that hold others are not compared: they nest. */
function distinct(criteria: readonly SearchCriterion[]): readonly SearchCriterion[] {
  const keyOf = (criterion: SearchCriterion) => ('of' in criterion ? criterion : JSON.stringify(criterion));
  return [...new Map(criteria.map((criterion) => [keyOf(criterion), criterion])).values()];
}

/** Ranks criteria: what needs only columns, what needs header fields, what needs whole messages. */
function cost(criterion: SearchCriterion): number {
  switch (criterion.kind) {
    case 'and':
    case 'or':
      return Math.max(...criterion.of.map(cost));
    case 'not':
      return cost(criterion.of);
    case 'addresses':
    case 'header':
    case 'sentDate':
      return 1;
    case 'body':
    case 'text':
      return 2;
    default:
      return 0;
  }
}

function isDay(time: number, zone: number, relation: DateRelation, day: number): boolean {
  const own = Math.floor((time + zone * 60_000) / DAY);
  if (relation === 'on') return own === day;
  return relation === 'before' ? own < day : own >= day;
}

function memberTest(members: Uint32Array, count: number): (sequence: number) => boolean {
  const is = new Uint8Array(count + 1);
  for (const member of members) is[member] = 1;
  return (sequence) => is[sequence] === 1;
}

/** What is in the first of two ascending lists and not in the second, all of which is in the first. */
function difference(all: Uint32Array, some: Uint32Array): Uint32Array {
  const left = new Uint32Array(all.length - some.length);
  let at = 0;
  let count = 0;
  for (const value of all) {
    if (some[at] === value) at++;
    else left[count++] = value;
  }
  return left;
}

/** Of two ascending lists without common members. */
function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both.sort();
}
