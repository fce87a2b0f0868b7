import { Refused } from '../../../base/errors.ts';
import { decodeSearchString } from '../../../mail/search/search-string.ts';
import type { SearchCriterion } from '../../../mail/search-criteria.ts';
import type { Session } from '../../session/session.ts';
import type { ArgumentReader } from '../../wire/argument-reader.ts';
import { formatNumberList, formatNumberSet } from '../../wire/number-set.ts';
import type { Command, Completion, ParseMode } from '../command.ts';
import { enableCondstore } from '../condstore.ts';
import { SearchEngine } from './search-engine.ts';
import { readSearchKeys } from './search-keys.ts';

/** Named in BADCHARSET: those every client can fall back on; many more are understood. */
const CHARSETS = ['UTF-8', 'US-ASCII', 'ISO-8859-1', 'ISO-8859-15', 'WINDOWS-1252'] as const;

const RETURN_OPTIONS = ['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE'] as const;
type ReturnOption = (typeof RETURN_OPTIONS)[number];

interface SearchArguments {
  /** The tag of the command, for the ESEARCH reply. */
  readonly tag: string;
  readonly uid: boolean;
  /** Undefined when there was no RETURN; what is asked for otherwise. */
  readonly returning: ReadonlySet<ReturnOption> | undefined;
  /** A refusal instead of a criterion: the charset is not known (NO, not BAD). */
  readonly criterion: SearchCriterion | Refused;
}

/** SEARCH (RFC 9051 section 6.4.4, RFC 4731, RFC 5182). */
export const search: Command<SearchArguments> = searchCommand('SEARCH');
/** UID SEARCH (RFC 9051 section 6.4.9). */
export const uidSearch: Command<SearchArguments> = searchCommand('UID SEARCH');

function searchCommand(name: 'SEARCH' | 'UID SEARCH'): Command<SearchArguments> {
  return {
    name,
    states: ['selected'],
    mayExpunge: name === 'UID SEARCH',
    capabilities: () => ['ESEARCH', 'SEARCHRES', 'WITHIN'],
    parse: parseSearch,
    run: runSearch,
  };
}

function parseSearch(reader: ArgumentReader, { tag, uid }: ParseMode): SearchArguments {
  reader.expectSpace();
  const returning = readReturn(reader);
  const charset = readCharset(reader);
  let unknownCharset: Refused | undefined;
  const criterion = readSearchKeys(reader, (octets) => {
    const text = decodeSearchString(octets, charset ?? 'UTF-8');
    if (text !== undefined) return text;
    unknownCharset ??= badCharset();
    return '';
  });
  reader.expectEnd();
  return { tag, uid, returning, criterion: unknownCharset ?? criterion };
}

async function runSearch(session: Session, { tag, uid, returning, criterion }: SearchArguments): Promise<Completion> {
  const save = returning?.has('SAVE') ?? false;
  try {
    session.view.refuseGone();
    if (criterion instanceof Refused) throw criterion;
    enableCondstoreFor(criterion, session);
    const found = await new SearchEngine(session).find(criterion);
    if (save) session.view.saved = session.view.uidsOf(savedPart(found, returning!));
    const reply = new SearchReply(session, found, uid, asksModseq(criterion));
    if (returning === undefined && !session.rev2) reply.plain();
    else if (!save || returning!.size > 1) reply.extended(tag, returning ?? new Set(['ALL']));
  } catch (problem) {
    // RFC 5182 section 2.1: NO leaves an empty result, BAD the one there was
    if (save && problem instanceof Refused) session.view.saved = [];
    throw problem;
  }
  return { text: 'Search done' };
}

/** search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")" */
function readReturn(reader: ArgumentReader): ReadonlySet<ReturnOption> | undefined {
  if (reader.keyword('RETURN') === undefined) return undefined;
  reader.expectSpace();
  const options = reader.expectList(() => reader.expectKeyword(...RETURN_OPTIONS) as ReturnOption, { min: 0 });
  reader.expectSpace();
  // RFC 4731 section 3.1: nothing asked for means ALL
  return new Set(options.length === 0 ? ['ALL'] : options);
}

function readCharset(reader: ArgumentReader): string | undefined {
  if (reader.keyword('CHARSET') === undefined) return undefined;
  reader.expectSpace();
  const charset = reader.expectAstringText('a charset');
  reader.expectSpace();
  return charset;
}

function badCharset(): Refused {
  // RFC 9051 section 7.1, BADCHARSET
  return new Refused('BADCHARSET', 'The charset is not known, or the text is not in it', `(${CHARSETS.join(' ')})`);
}

/** RFC 5182 section 2.4, table: what SAVE keeps beside MIN and MAX. */
function savedPart(found: Uint32Array, returning: ReadonlySet<ReturnOption>): Uint32Array {
  const ends = returning.has('MIN') || returning.has('MAX');
  if (!ends || returning.has('ALL') || returning.has('COUNT') || found.length === 0) return found;
  const kept = new Set<number>();
  if (returning.has('MIN')) kept.add(found[0]!);
  if (returning.has('MAX')) kept.add(found.at(-1)!);
  return Uint32Array.from(kept);
}

function asksModseq(criterion: SearchCriterion): boolean {
  switch (criterion.kind) {
    case 'modseq':
      return true;
    case 'and':
    case 'or':
      return criterion.of.some(asksModseq);
    case 'not':
      return asksModseq(criterion.of);
    default:
      return false;
  }
}

/** RFC 7162 section 3.1: a SEARCH with MODSEQ is a CONDSTORE-enabling command. */
function enableCondstoreFor(criterion: SearchCriterion, session: Session): void {
  if (asksModseq(criterion)) enableCondstore(session);
}

class SearchReply {
  readonly #session: Session;
  readonly #found: Uint32Array;
  readonly #uid: boolean;
  readonly #withModseq: boolean;

  constructor(session: Session, found: Uint32Array, uid: boolean, withModseq: boolean) {
    this.#session = session;
    this.#found = found;
    this.#uid = uid;
    this.#withModseq = withModseq;
  }

  /** `* SEARCH 2 84 882`, with the highest modseq where one was asked (RFC 7162 section 3.1.5). */
  plain(): void {
    const numbers = this.#numbers(this.#found);
    const modseq = this.#withModseq && numbers.length > 0 ? ` (MODSEQ ${this.#highestModseq(this.#found)})` : '';
    this.#session.writer.untagged(`SEARCH${numbers.length === 0 ? '' : ` ${formatNumberList(numbers)}`}${modseq}`);
  }

  /** `* ESEARCH (TAG "a") UID MIN 2 COUNT 3` (RFC 9051 section 7.3.4). */
  extended(tag: string, returning: ReadonlySet<ReturnOption>): void {
    const words = [`ESEARCH (TAG "${tag}")`, ...(this.#uid ? ['UID'] : []), ...this.#results(returning)];
    this.#session.writer.untagged(words.join(' '));
  }

  *#results(returning: ReadonlySet<ReturnOption>): Iterable<string> {
    const found = this.#found;
    if (found.length > 0) {
      const numbers = this.#numbers(found);
      if (returning.has('MIN')) yield `MIN ${numbers[0]}`;
      if (returning.has('MAX')) yield `MAX ${numbers.at(-1)}`;
      if (returning.has('ALL')) yield `ALL ${formatNumberSet(numbers)}`;
    }
    if (returning.has('COUNT')) yield `COUNT ${found.length}`;
    if (this.#withModseq && found.length > 0) yield `MODSEQ ${this.#highestModseq(this.#told(returning))}`;
  }

  /** RFC 7162 section 3.1.10: with MIN or MAX alone the modseq is that of the messages told. */
  #told(returning: ReadonlySet<ReturnOption>): Uint32Array {
    return savedPart(this.#found, returning);
  }

  #numbers(sequences: Uint32Array): Uint32Array {
    return this.#uid ? this.#session.view.uidsOf(sequences) : sequences;
  }

  #highestModseq(sequences: Uint32Array): number {
    let highest = 0;
    for (const sequence of sequences) {
      const { columns, row } = this.#session.view.place(sequence);
      highest = Math.max(highest, columns.modseq[row]!);
    }
    return highest;
  }
}
