import { Charsets } from '../mime/decode.ts';
import { FieldScanner, unfold } from '../mime/field-scanner.ts';
import type { ContentCriterion, DateRelation } from '../search-criteria.ts';
import type { PartLayout } from '../summary.ts';
import { addressSearchValues } from './address-text.ts';
import { parseMessageDate } from './message-date.ts';
import { normalise } from './normalise.ts';
import { bodySearchText, fieldSearchValues, headerOf, headerSearchText } from './search-text.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Whether a message's content fits (RFC 9051 section 6.4.4). `layout` is the summary's. */
export type Matcher = (message: Uint8Array, layout: PartLayout) => boolean;

/** For many messages: what is looked for is normalised once. */
export function matcherOf(criterion: ContentCriterion): Matcher {
  switch (criterion.kind) {
    case 'addresses': {
      const value = normalise(criterion.value);
      return (message, layout) => fieldMatches(criterion.field, value, addressSearchValues, message, layout);
    }
    case 'header': {
      const [name, value] = [criterion.name.toLowerCase(), normalise(criterion.value)];
      const valuesOf = (raw: string, charsets: Charsets) => fieldSearchValues(name, raw, charsets);
      return (message, layout) => fieldMatches(name, value, valuesOf, message, layout);
    }
    case 'body': {
      const value = normalise(criterion.value);
      return (message, layout) => bodySearchText(message, layout).includes(value);
    }
    case 'text': {
      const value = normalise(criterion.value);
      return (message, layout) =>
        headerSearchText(message, layout).includes(value) || bodySearchText(message, layout).includes(value);
    }
    case 'sentDate':
      return (message, layout) => sentDateMatches(criterion.relation, criterion.day, message, layout);
  }
}

/** RFC 9051 6.4.4: an empty value matches any message that has the field. */
function fieldMatches(
  name: string,
  value: string,
  valuesOf: (raw: string, charsets: Charsets) => readonly string[],
  message: Uint8Array,
  layout: PartLayout,
): boolean {
  const charsets = new Charsets();
  for (const scanner = new FieldScanner(headerOf(message, layout)); scanner.next(); ) {
    if (scanner.name() !== name) continue;
    if (value === '' || valuesOf(unfold(scanner.value()), charsets).some((text) => text.includes(value))) return true;
  }
  return false;
}

/** RFC 9051 6.4.4: the day of the Date: field, disregarding time and zone. Without one that can be read, no. */
function sentDateMatches(relation: DateRelation, day: number, message: Uint8Array, layout: PartLayout): boolean {
  const sent = sentDay(message, layout);
  if (sent === undefined) return false;
  if (relation === 'before') return sent < day;
  return relation === 'on' ? sent === day : sent >= day;
}

/** Days since 1970-01-01 of the calendar day that the Date: field names. */
export function sentDay(message: Uint8Array, layout: PartLayout): number | undefined {
  for (const scanner = new FieldScanner(headerOf(message, layout)); scanner.next(); ) {
    if (scanner.name() !== 'date') continue;
    const date = parseMessageDate(unfold(scanner.value()));
    return date && Math.floor((date.time + date.zone * 60_000) / DAY);
  }
  return undefined;
}
