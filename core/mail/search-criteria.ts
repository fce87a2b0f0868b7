import type { NumberSet } from '../base/number-set.ts';

/** What SEARCH asks (RFC 9051 section 6.4.4, RFC 5032, RFC 7162, RFC 8474, RFC 8514), as values. */

/** Fields whose addresses have search keys of their own. */
export const ADDRESS_FIELDS = ['from', 'to', 'cc', 'bcc'] as const;
export type AddressField = (typeof ADDRESS_FIELDS)[number];

/** A criterion that needs the message's content; text is decoded to Unicode already. */
export type ContentCriterion =
  /** The addresses of a field, as ENVELOPE has them. */
  | { readonly kind: 'addresses'; readonly field: AddressField; readonly value: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'body'; readonly value: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'sentDate'; readonly relation: DateRelation; readonly day: number };

/** A criterion that needs no more of a message than its own header. */
export type HeaderCriterion = Exclude<ContentCriterion, { readonly kind: 'body' | 'text' }>;

export function isOfHeader(criterion: ContentCriterion): criterion is HeaderCriterion {
  return criterion.kind !== 'body' && criterion.kind !== 'text';
}

export type DateRelation = 'before' | 'on' | 'since';

export type SearchCriterion =
  | ContentCriterion
  | { readonly kind: 'all' }
  | { readonly kind: 'and'; readonly of: readonly SearchCriterion[] }
  | { readonly kind: 'or'; readonly of: readonly SearchCriterion[] }
  | { readonly kind: 'not'; readonly of: SearchCriterion }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'recent' }
  | { readonly kind: 'sequence'; readonly set: NumberSet }
  | { readonly kind: 'uid'; readonly set: NumberSet }
  /** `$`, the saved result of RFC 5182. */
  | { readonly kind: 'saved' }
  /** A calendar day as days since 1970-01-01, compared with the day in the zone that was stored with the date. */
  | { readonly kind: 'date'; readonly of: 'internal' | 'saved'; readonly relation: DateRelation; readonly day: number }
  /** RFC 5032: internal date within so many seconds before now. */
  | { readonly kind: 'within'; readonly relation: 'older' | 'younger'; readonly seconds: number }
  | { readonly kind: 'size'; readonly relation: 'larger' | 'smaller'; readonly octets: number }
  | { readonly kind: 'modseq'; readonly atLeast: number }
  | { readonly kind: 'emailId'; readonly id: string }
  | { readonly kind: 'threadId'; readonly id: string }
  | { readonly kind: 'saveDateSupported' };
