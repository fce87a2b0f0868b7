/**
 * A command as it came: text, literal, text, literal, … text. There is always one more text than literals; a text ends
 * where its line ended, without the announcement of the literal (`{12+}`) and without the line end. Opaque to all but
 * ArgumentReader.
 */
export interface ReceivedCommand {
  readonly texts: readonly Buffer[];
  readonly literals: readonly ReceivedLiteral[];
}

export interface ReceivedLiteral {
  readonly octets: Buffer;
  /** It was announced as `~{n}` and may have NULs (RFC 3516 section 7). */
  readonly literal8: boolean;
}
