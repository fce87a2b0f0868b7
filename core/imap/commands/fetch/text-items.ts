import { withBasicGlobal } from '../../../mail/mime/basic-global.ts';
import { listedFieldsSelector } from '../../../mail/mime/listed-fields.ts';
import { emailIdOf } from '../../../mail/object-ids.ts';
import { LISTED_FIELDS } from '../../../mail/summary.ts';
import { flagsItem } from '../../session/fetch-flags.ts';
import type { Session } from '../../session/session.ts';
import { DateText } from './date-text.ts';
import type { BodyItem, PartialRange, PlainItem } from './fetch-items.ts';
import type { FetchedMessage } from './fetched-message.ts';

/** Gives an item's label and value as an octet string (latin1). */
export type TextOf = (message: FetchedMessage) => string;

/** How a value of one word is written; one object per FETCH, as it remembers the last date. */
export function plainItemText(label: PlainItem['label'], session: Session): TextOf {
  const shown = session.rev2 ? (structure: string) => structure : withBasicGlobal;
  switch (label) {
    case 'UID':
      return ({ columns, row }) => `UID ${columns.uid[row]}`;
    case 'FLAGS':
      return (message) => flagsItem(session, message.sequence, message);
    case 'MODSEQ':
      return ({ columns, row }) => `MODSEQ (${columns.modseq[row]})`;
    case 'RFC822.SIZE':
      return ({ columns, row }) => `RFC822.SIZE ${columns.size[row]}`;
    case 'INTERNALDATE': {
      const dates = new DateText();
      return ({ columns, row }) => `INTERNALDATE ${dates.of(columns.internalDate[row]!, columns.zone[row]!)}`;
    }
    case 'SAVEDATE': {
      const dates = new DateText();
      return ({ columns, row }) => `SAVEDATE ${dates.of(columns.saveDate[row]!, 0)}`;
    }
    case 'EMAILID':
      return ({ columns, row }) => `EMAILID (${emailIdOf(columns.blob[row]!)})`;
    case 'THREADID':
      // RFC 8474 section 5.2: NIL where threads are not computed
      return () => 'THREADID NIL';
    case 'ENVELOPE':
      return ({ summary }) => `ENVELOPE ${summary!.envelope}`;
    case 'BODY':
      return ({ summary }) => `BODY ${shown(summary!.body)}`;
    case 'BODYSTRUCTURE':
      return ({ summary }) => `BODYSTRUCTURE ${shown(summary!.bodyStructure)}`;
  }
}

/** The header fields that a list of messages shows, from the summary; undefined when the message itself is needed. */
export function listedFieldsText(item: BodyItem): TextOf | undefined {
  if (item.section.part.length > 0) return undefined;
  const { text } = item.section;
  if (typeof text !== 'object' || text.not) return undefined;
  const names = new Set(text.fields.map((name) => name.toLowerCase()));
  if (!names.isSubsetOf(LISTED_FIELDS)) return undefined;
  const select = listedFieldsSelector(names);
  return ({ summary }) => literalText(item.label, cutText(select(summary!.listedFields), item.partial));
}

/** Label and literal. */
export function literalText(label: string, octets: string): string {
  return `${label} {${octets.length}}\r\n${octets.replaceAll('\0', NO_NUL)}`;
}

/** What stands for a NUL in literals: no character of any text, so that nothing is made up where there was nothing. */
const NO_NUL = '\x80';

/**
 * Octets for a literal, which may hold no NUL (RFC 9051 section 9, CHAR8). Mail that was taken before
 * APPEND looked for them has some, and a client may take the first for the end. One octet stands for one, so that every size stays true; BINARY gives what is there.
 */
export function withoutNuls(octets: Uint8Array): Uint8Array {
  if (!octets.includes(0)) return octets;
  return octets.map((octet) => (octet === 0 ? NO_NUL.charCodeAt(0) : octet));
}

/** RFC 9051 section 6.4.5: what lies beyond the end is left out; of header fields the part is taken after choosing them. */
export function cutText(octets: string, partial: PartialRange | undefined): string {
  return partial === undefined ? octets : octets.slice(partial.offset, partial.offset + partial.length);
}
