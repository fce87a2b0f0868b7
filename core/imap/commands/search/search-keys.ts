import { Malformed } from '../../../base/errors.ts';
import { wireLimits } from '../../../base/limits.ts';
import type { NumberSet } from '../../../base/number-set.ts';
import { ADDRESS_FIELDS, type SearchCriterion } from '../../../mail/search-criteria.ts';
import type { ArgumentReader } from '../../wire/argument-reader.ts';

/** How the octets of a search string become text; throws Refused BADCHARSET for what the charset does not allow. */
export type DecodeSearchString = (octets: Uint8Array) => string;

/**
 * search-key *(SP search-key), up to the end of the line or a closing parenthesis (RFC 9051 section 9).
 * @throws Malformed
 */
export function readSearchKeys(reader: ArgumentReader, decode: DecodeSearchString): SearchCriterion {
  return new SearchKeyReader(reader, decode).all();
}

const FLAG_KEYS: Readonly<Record<string, string>> = {
  ANSWERED: '\\Answered',
  DELETED: '\\Deleted',
  DRAFT: '\\Draft',
  FLAGGED: '\\Flagged',
  SEEN: '\\Seen',
};

class SearchKeyReader {
  readonly #reader: ArgumentReader;
  readonly #decode: DecodeSearchString;
  #read = 0;

  constructor(reader: ArgumentReader, decode: DecodeSearchString) {
    this.#reader = reader;
    this.#decode = decode;
  }

  all(): SearchCriterion {
    const of = [this.#key()];
    while (this.#reader.space()) of.push(this.#key());
    return of.length === 1 ? of[0]! : { kind: 'and', of };
  }

  /** A key with the OR and NOT before it. Programs make chains of hundreds of OR: no call is inside another for them. */
  #key(): SearchCriterion {
    const open: Operator[] = [];
    for (;;) {
      const key = this.#operatorOrKey();
      if (key === 'OR' || key === 'NOT') open.push({ name: key, operands: [] });
      const value = typeof key === 'string' ? undefined : closed(open, key);
      if (value !== undefined) return value;
      this.#reader.expectSpace();
    }
  }

  #operatorOrKey(): SearchCriterion | 'OR' | 'NOT' {
    if (++this.#read > wireLimits.searchKeys) throw new Malformed(`More than ${wireLimits.searchKeys} search keys`);
    const reader = this.#reader;
    if (reader.char('(')) return this.#group();
    const set = reader.sequenceSet();
    if (set !== undefined) return set === '$' ? { kind: 'saved' } : { kind: 'sequence', set };
    const name = reader.expectAtom('a search key').toUpperCase();
    if (name === 'OR' || name === 'NOT') return name;
    const key = this.#flagKey(name) ?? this.#textKey(name) ?? this.#valueKey(name);
    if (key === undefined) throw new Malformed(`Unknown search key ${name.slice(0, 40)}`);
    return key;
  }

  #group(): SearchCriterion {
    return this.#reader.nested(() => {
      const criterion = this.all();
      this.#reader.expectChar(')');
      return criterion;
    });
  }

  #flagKey(name: string): SearchCriterion | undefined {
    const flag = FLAG_KEYS[name];
    if (flag !== undefined) return { kind: 'flag', flag };
    const unset = name.startsWith('UN') ? FLAG_KEYS[name.slice(2)] : undefined;
    if (unset !== undefined) return not({ kind: 'flag', flag: unset });
    switch (name) {
      case 'ALL':
        return { kind: 'all' };
      case 'RECENT':
        return { kind: 'recent' };
      case 'OLD':
        return not({ kind: 'recent' });
      case 'NEW':
        return { kind: 'and', of: [{ kind: 'recent' }, not({ kind: 'flag', flag: '\\Seen' })] };
      case 'KEYWORD':
        return { kind: 'flag', flag: this.#keyword() };
      case 'UNKEYWORD':
        return not({ kind: 'flag', flag: this.#keyword() });
      default:
        return undefined;
    }
  }

  #textKey(name: string): SearchCriterion | undefined {
    const field = ADDRESS_FIELDS.find((address) => address.toUpperCase() === name);
    if (field !== undefined) return { kind: 'addresses', field, value: this.#text() };
    switch (name) {
      case 'SUBJECT':
        return { kind: 'header', name, value: this.#text() };
      case 'HEADER':
        this.#reader.expectSpace();
        return { kind: 'header', name: this.#reader.expectAstringText('a header field name'), value: this.#text() };
      case 'BODY':
        return { kind: 'body', value: this.#text() };
      case 'TEXT':
        return { kind: 'text', value: this.#text() };
      default:
        return undefined;
    }
  }

  #valueKey(name: string): SearchCriterion | undefined {
    const date = DATE_KEYS[name];
    if (date !== undefined) return date(this.#date());
    switch (name) {
      case 'LARGER':
        return { kind: 'size', relation: 'larger', octets: this.#number() };
      case 'SMALLER':
        return { kind: 'size', relation: 'smaller', octets: this.#number() };
      case 'UID':
        return this.#uids();
      case 'OLDER': // RFC 5032 section 3
        return { kind: 'within', relation: 'older', seconds: this.#nonZero() };
      case 'YOUNGER':
        return { kind: 'within', relation: 'younger', seconds: this.#nonZero() };
      case 'MODSEQ':
        return this.#modseq();
      case 'EMAILID': // RFC 8474 section 5.3
        return { kind: 'emailId', id: this.#atom('an object id') };
      case 'THREADID':
        return { kind: 'threadId', id: this.#atom('an object id') };
      case 'SAVEDATESUPPORTED': // RFC 8514 section 4.3
        return { kind: 'saveDateSupported' };
      default:
        return undefined;
    }
  }

  #uids(): SearchCriterion {
    this.#reader.expectSpace();
    const set = this.#reader.expectSequenceSet();
    return set === '$' ? { kind: 'saved' } : { kind: 'uid', set: set as NumberSet };
  }

  /** "MODSEQ" [SP entry-name SP entry-type-req] SP mod-sequence-valzer (RFC 7162 section 3.1.5); the entry is always all. */
  #modseq(): SearchCriterion {
    this.#reader.expectSpace();
    if (this.#reader.string() !== undefined) {
      this.#reader.expectSpace();
      this.#reader.expectKeyword('PRIV', 'SHARED', 'ALL');
      this.#reader.expectSpace();
    }
    return { kind: 'modseq', atLeast: this.#reader.expectNumber64() };
  }

  #text(): string {
    this.#reader.expectSpace();
    return this.#decode(this.#reader.expectAstring('a search string'));
  }

  #keyword(): string {
    return this.#atom('a keyword');
  }

  #atom(what: string): string {
    this.#reader.expectSpace();
    return this.#reader.expectAtom(what);
  }

  #date(): number {
    this.#reader.expectSpace();
    return this.#reader.expectDate();
  }

  #number(): number {
    this.#reader.expectSpace();
    return this.#reader.expectNumber64();
  }

  #nonZero(): number {
    this.#reader.expectSpace();
    return this.#reader.expectNonZeroNumber();
  }
}

/** An OR or NOT that waits for its keys. */
interface Operator {
  readonly name: 'OR' | 'NOT';
  readonly operands: SearchCriterion[];
}

/** Gives a key to the operators that wait for it, the innermost first; undefined while one waits for another. */
function closed(open: Operator[], key: SearchCriterion): SearchCriterion | undefined {
  let value = key;
  for (let operator = open.at(-1); operator !== undefined; operator = open.at(-1)) {
    operator.operands.push(value);
    if (operator.name === 'OR' && operator.operands.length < 2) return undefined;
    open.pop();
    value = operator.name === 'NOT' ? not(value) : either(operator.operands);
  }
  return value;
}

function not(of: SearchCriterion): SearchCriterion {
  return of.kind === 'not' ? of.of : { kind: 'not', of };
}

/** A chain of OR is one OR of many. */
function either(of: readonly SearchCriterion[]): SearchCriterion {
  return { kind: 'or', of: of.flatMap((one) => (one.kind === 'or' ? one.of : [one])) };
}

/** RFC 9051 section 6.4.4; SAVED…: RFC 8514 section 4.3. */
const DATE_KEYS: Readonly<Record<string, (day: number) => SearchCriterion>> = {
  BEFORE: (day) => ({ kind: 'date', of: 'internal', relation: 'before', day }),
  ON: (day) => ({ kind: 'date', of: 'internal', relation: 'on', day }),
  SINCE: (day) => ({ kind: 'date', of: 'internal', relation: 'since', day }),
  SENTBEFORE: (day) => ({ kind: 'sentDate', relation: 'before', day }),
  SENTON: (day) => ({ kind: 'sentDate', relation: 'on', day }),
  SENTSINCE: (day) => ({ kind: 'sentDate', relation: 'since', day }),
  SAVEDBEFORE: (day) => ({ kind: 'date', of: 'saved', relation: 'before', day }),
  SAVEDON: (day) => ({ kind: 'date', of: 'saved', relation: 'on', day }),
  SAVEDSINCE: (day) => ({ kind: 'date', of: 'saved', relation: 'since', day }),
};
