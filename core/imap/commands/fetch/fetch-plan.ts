import type { SummaryField } from '../../../mail/summary.ts';
import { flagReplyItems } from '../../session/fetch-flags.ts';
import type { Session } from '../../session/session.ts';
import { ContentItems, type WriteContent } from './content-items.ts';
import type { BinarySizeItem, ContentItem, FetchItem } from './fetch-items.ts';
import { listedFieldsText, plainItemText, type TextOf } from './text-items.ts';

/** One item of the reply, ready to be written for message after message. */
export type FetchStep =
  | { readonly kind: 'text'; readonly text: TextOf }
  | { readonly kind: 'content'; readonly write: WriteContent };

/** A FETCH compiled once: what has to be read, and what writes the reply of a message that has been read. */
export interface FetchPlan {
  readonly steps: readonly FetchStep[];
  /** What is needed of MessageSummary. */
  readonly summaryFields: readonly SummaryField[];
  /** Octets of the messages themselves are needed. */
  readonly readsContent: boolean;
  /** Fetching sets \Seen (RFC 9051 section 6.4.5). */
  readonly setsSeen: boolean;
  /** For a message that has just become \Seen: `steps`, and what tells of it. */
  readonly stepsOfNewlySeen: readonly FetchStep[];
  /** Octets that content of a message of this size can take in the reply, at most. */
  readonly mostOctets: (size: number) => number;
  /** Flags are told: their keywords before them (RFC 9051 section 7.3.5). */
  readonly tellsFlags: boolean;
  /** Parts that have to be decoded. */
  readonly binaryParts: readonly (readonly number[])[];
}

/** @param items UID and MODSEQ among them where the command adds them by itself */
export function compileFetch(items: readonly FetchItem[], session: Session): FetchPlan {
  const compiler = new FetchCompiler(session);
  const steps = items.map((item) => compiler.step(item));
  return {
    steps,
    summaryFields: [...compiler.summaryFields],
    readsContent: compiler.readsContent,
    setsSeen: maySetSeen(session) && items.some((item) => 'peek' in item && !item.peek),
    stepsOfNewlySeen: [...seenItems(items, session).map((item) => compiler.step(item)), ...steps],
    mostOctets: mostOctetsOf(items),
    tellsFlags: items.some(({ label }) => label === 'FLAGS'),
    binaryParts: items.filter((item) => 'part' in item).map(({ part }) => part),
  };
}

/** Each item with content may be the whole message, or as long as its partial range; text items are a few lines. */
function mostOctetsOf(items: readonly FetchItem[]): (size: number) => number {
  const lengths = items.flatMap((item) => ('peek' in item ? [item.partial?.length ?? Number.POSITIVE_INFINITY] : []));
  const whole = lengths.filter((length) => length === Number.POSITIVE_INFINITY).length;
  const partial = lengths.filter((length) => length !== Number.POSITIVE_INFINITY);
  return (size) => whole * size + partial.reduce((sum, length) => sum + Math.min(length, size), 0);
}

/** RFC 4314 section 4: without `s` a FETCH MUST NOT set \Seen. */
function maySetSeen({ view }: Session): boolean {
  return !view.mailbox.readOnly && view.mailbox.rights.has('s');
}

/** RFC 9051 section 6.4.5: FLAGS; for who knows CONDSTORE also UID and MODSEQ (RFC 7162 section 3.2.4). */
function seenItems(items: readonly FetchItem[], session: Session): FetchItem[] {
  const asked = new Set(items.map(({ label }) => label));
  return flagReplyItems(session, false)
    .filter((label) => !asked.has(label))
    .map((label) => ({ kind: 'plain', label }));
}

class FetchCompiler {
  readonly summaryFields = new Set<SummaryField>();
  readsContent = false;
  readonly #session: Session;
  readonly #contentItems: ContentItems;

  constructor(session: Session) {
    this.#session = session;
    this.#contentItems = new ContentItems(session.writer);
  }

  step(item: FetchItem): FetchStep {
    switch (item.kind) {
      case 'plain':
        this.#note(SUMMARY_ITEMS[item.label]);
        return { kind: 'text', text: plainItemText(item.label, this.#session) };
      default:
        return this.#contentStep(item);
    }
  }

  #contentStep(item: ContentItem | BinarySizeItem): FetchStep {
    const fromList = item.kind === 'body' ? listedFieldsText(item) : undefined;
    if (fromList !== undefined) {
      this.#note('listedFields');
      return { kind: 'text', text: fromList };
    }
    const isWholeMessage = item.kind === 'body' && item.section.part.length === 0 && item.section.text === undefined;
    if (!isWholeMessage) this.#note('parts');
    this.readsContent = true;
    return { kind: 'content', write: this.#contentItems.writerOf(item) };
  }

  #note(field: SummaryField | undefined): void {
    if (field !== undefined) this.summaryFields.add(field);
  }
}

const SUMMARY_ITEMS: Readonly<Record<string, SummaryField>> = {
  ENVELOPE: 'envelope',
  BODY: 'body',
  BODYSTRUCTURE: 'bodyStructure',
};
