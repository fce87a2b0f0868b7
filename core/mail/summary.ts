/**
 * What clients ask of a message again and again, computed once and kept beside it. All text is protocol text as
 * latin1: one JavaScript character is one octet on the wire.
 */
export interface MessageSummary {
  /** The parenthesised ENVELOPE of RFC 9051 section 7.5.2. */
  readonly envelope: string;
  /** BODYSTRUCTURE with extension data. */
  readonly bodyStructure: string;
  /** BODY: the same without extension data. */
  readonly body: string;
  /**
   * The header fields of LISTED_FIELDS that the message has, as they stand in it with folding and line ends, in the order of
   * the message, and the empty line that ends the header, if the message has one: for listedFieldsSelector.
   */
  readonly listedFields: string;
  /** Where every part lies. */
  readonly parts: PartLayout;
}

export type SummaryField = keyof MessageSummary;

/** One part of a message. Offsets are octets from the start of the whole message. */
export interface PartLayout {
  /** Start of the part's own MIME header (of the message's header for the root). */
  readonly headerStart: number;
  /** Start of the body: after the empty line that ends the header. */
  readonly bodyStart: number;
  /** End of the body: before the line break that belongs to the boundary. */
  readonly bodyEnd: number;
  /** `type/subtype`, lower case. */
  readonly mediaType: string;
  readonly charset: string | undefined;
  /** Content-Transfer-Encoding in lower case; `7bit` when there is none. */
  readonly encoding: string;
  /**
   * multipart: the parts inside, one at least. message/rfc822 and message/global: exactly one, the message inside.
   * Otherwise empty.
   */
  readonly children: readonly PartLayout[];
  /**
   * A message/rfc822 or message/global in base64 or quoted-printable: offsets of what is inside are those of its decoded
   * body.
   */
  readonly isEncodedMessage?: true;
}

/** Header fields that mail clients ask for when they list a mailbox (lower case). */
export const LISTED_FIELDS: ReadonlySet<string> = new Set(
  (
    'date from to cc bcc subject sender reply-to message-id in-reply-to references content-type ' +
    'content-transfer-encoding mime-version priority x-priority importance x-msmail-priority newsgroups list-id ' +
    'list-post list-unsubscribe mailing-list x-mailing-list x-spam-status x-spam-flag x-spam-score autocrypt ' +
    'disposition-notification-to return-path delivered-to x-uniform-type-identifier x-mail-created-date ' +
    'x-universally-unique-identifier followup-to content-class thread-topic thread-index'
  ).split(' '),
);
