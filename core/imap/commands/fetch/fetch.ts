import { Malformed } from '../../../base/errors.ts';
import type { NumberSet } from '../../../base/number-set.ts';
import type { Session } from '../../session/session.ts';
import type { ArgumentReader } from '../../wire/argument-reader.ts';
import type { Command, Completion, ParseMode } from '../command.ts';
import { enableCondstore } from '../condstore.ts';
import { expectFetchItems, type FetchItem, type PlainItem } from './fetch-items.ts';
import { compileFetch } from './fetch-plan.ts';
import { FetchRun } from './fetch-run.ts';

export interface FetchArguments {
  readonly set: NumberSet | '$';
  readonly uid: boolean;
  readonly items: readonly FetchItem[];
  /** Only messages with a higher modseq (RFC 7162 section 3.1.4.1). */
  readonly changedSince: number | undefined;
}

/** FETCH (RFC 9051 section 6.4.5). */
export const fetch: Command<FetchArguments> = fetchCommand('FETCH');
/** UID FETCH (RFC 9051 section 6.4.9). */
export const uidFetch: Command<FetchArguments> = fetchCommand('UID FETCH');

function fetchCommand(name: 'FETCH' | 'UID FETCH'): Command<FetchArguments> {
  return {
    name,
    states: ['selected'],
    // RFC 9051 section 7.5.1
    mayExpunge: name === 'UID FETCH',
    capabilities: () => ['BINARY', 'CONDSTORE', 'OBJECTID', 'SAVEDATE'],
    parse: parseFetch,
    run: runFetch,
  };
}

/** SP sequence-set SP (macro / items) [SP "(" fetch-modifier *(SP fetch-modifier) ")"] (RFC 4466 section 2.4) */
function parseFetch(reader: ArgumentReader, { uid }: ParseMode): FetchArguments {
  reader.expectSpace();
  const set = reader.expectSequenceSet();
  reader.expectSpace();
  const asked = expectFetchItems(reader);
  const changedSince = reader.space() ? expectChangedSince(reader) : undefined;
  reader.expectEnd();
  // RFC 9051 section 6.4.9, RFC 7162 section 3.1.4.1: implied items
  const implied = [...(uid ? ['UID' as const] : []), ...(changedSince === undefined ? [] : ['MODSEQ' as const])];
  return { set, uid, items: withItems(asked, implied), changedSince };
}

/** "(" "CHANGEDSINCE" SP mod-sequence-value ")" (RFC 7162 section 7) */
function expectChangedSince(reader: ArgumentReader): number {
  const modifiers = reader.expectList(
    () => {
      reader.expectKeyword('CHANGEDSINCE');
      reader.expectSpace();
      return reader.expectNumber64();
    },
    { min: 1 },
  );
  if (modifiers.length > 1) throw new Malformed('CHANGEDSINCE twice');
  return modifiers[0]!;
}

function withItems(asked: readonly FetchItem[], implied: readonly PlainItem['label'][]): readonly FetchItem[] {
  const missing = implied.filter((label) => !asked.some((item) => item.label === label));
  return [...missing.map((label) => ({ kind: 'plain', label }) as const), ...asked];
}

async function runFetch(session: Session, { set, uid, items, changedSince }: FetchArguments): Promise<Completion> {
  const sequences = session.view.resolve(set, uid);
  // RFC 7162 section 3.1: FETCH MODSEQ and CHANGEDSINCE are CONDSTORE enabling commands
  if (items.some(({ label }) => label === 'MODSEQ')) enableCondstore(session);
  const wanted = changedSince === undefined ? sequences : changedAfter(session, sequences, changedSince);
  await new FetchRun(session, compileFetch(items, session)).run(wanted);
  return { text: 'Fetched' };
}

function changedAfter({ view }: Session, sequences: Uint32Array, modseq: number): Uint32Array {
  return sequences.filter((sequence) => {
    const { columns, row } = view.place(sequence);
    return columns.modseq[row]! > modseq;
  });
}
