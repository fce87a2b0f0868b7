import type { MessageSummary, SummaryField } from '../../mail/summary.ts';
import { decodeLayout, encodeLayout } from './layout-code.ts';

/** Columns by field. What clients list most often comes first: SQLite reads a row from its beginning. */
export const COLUMNS = {
  envelope: 'envelope',
  listedFields: 'listed_fields',
  bodyStructure: 'body_structure',
  body: 'body',
  parts: 'parts',
} as const satisfies Record<SummaryField, string>;

export const FIELDS = Object.keys(COLUMNS) as SummaryField[];

/** A field of a summary as it is stored: one octet a character, as protocol text is. */
export function textOf(summary: MessageSummary, field: SummaryField): string {
  return field === 'parts' ? escaped(encodeLayout(summary.parts)) : summary[field];
}

export function fieldOf(field: SummaryField, text: string): unknown {
  return field === 'parts' ? decodeLayout(text) : text;
}

export function latin1Text(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

/** JSON with nothing but ASCII in it. */
function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
