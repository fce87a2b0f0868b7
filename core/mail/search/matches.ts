import { Charsets } from '../mime/decode.ts';
import { FieldScanner, unfold } from '../mime/field-scanner.ts';
import type { ContentCriterion, DateRelation, HeaderCriterion } from '../search-criteria.ts';
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
    case 'body': {
      const value = normalise(criterion.value);
      return (message, layout) => bodySearchText(message, layout).includes(value);
    }
    case 'text': {
      const value = normalise(criterion.value);
      return (message, layout) =>
        headerSearchText(message, layout).includes(value) || bodySearchText(message, layout).includes(value);
    }
    default: {
      const fits = headerMatcherOf(criterion);
      return (message, layout) => fits(headerOf(message, layout));
    }
  }
}

/**
 * The same for a message's own header, as latin1 text. Of the fields those of the name searchedField() says are looked at
 * alone, so others may be missing in it.
 */
export function headerMatcherOf(criterion: HeaderCriterion): (header: string) => boolean {
  const name = searchedField(criterion);
  switch (criterion.kind) {
    case 'addresses': {
      const value = normalise(criterion.value);
      return (header) => fieldMatches(name, value, addressSearchValues, header);
    }
    case 'header': {
      const value = normalise(criterion.value);
      const valuesOf = (raw: string, charsets: Charsets) => fieldSearchValues(name, raw, charsets);
      return (header) => fieldMatches(name, value, valuesOf, header);
    }
    case 'sentDate':
      return (header) => sentDateMatches(criterion.relation, criterion.day, header);
  }
}

/** The name, in lower case, of the fields that a criterion looks at. */
export function searchedField(criterion: HeaderCriterion): string {
  if (criterion.kind === 'addresses') return criterion.field;
  return criterion.kind === 'sentDate' ? 'date' : criterion.name.toLowerCase();
}

/** RFC 9051 6.4.4: an empty value matches any message that has the field. */
function fieldMatches(
  name: string,
  value: string,
  valuesOf: (raw: string, charsets: Charsets) => readonly string[],
  header: string,
): boolean {
  const charsets = new Charsets();
  for (const scanner = new FieldScanner(header); scanner.next(); ) {
    if (scanner.name() !== name) continue;
    if (value === '' || valuesOf(unfold(scanner.value()), charsets).some((text) => text.includes(value))) return true;
  }
  return false;
}

/** RFC 9051 6.4.4: the day of the Date: field, disregarding time and zone. Without one that can be read, no. */
function sentDateMatches(relation: DateRelation, day: number, header: string): boolean {
  const sent = sentDayIn(header);
  if (sent === undefined) return false;
  if (relation === 'before') return sent < day;
  return relation === 'on' ? sent === day : sent >= day;
}

/** Days since 1970-01-01 of the calendar day that the Date: field names. */
export function sentDay(message: Uint8Array, layout: PartLayout): number | undefined {
  return sentDayIn(headerOf(message, layout));
}

function sentDayIn(header: string): number | undefined {
  for (const scanner = new FieldScanner(header); scanner.next(); ) {
    if (scanner.name() !== 'date') continue;
    const date = parseMessageDate(unfold(scanner.value()));
    return date && Math.floor((date.time + date.zone * 60_000) / DAY);
  }
  return undefined;
}
