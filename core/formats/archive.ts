import type { InternalDate } from '../mail/ports.ts';
import type { GmailPlace } from './gmail-labels.ts';

/**
 * Mail outside the store: mbox files, Maildir folders, .eml files. Every format reads and writes the same thing, a
 * message with its flags and its date, and what was written reads back with the same bytes, date (to the second, with its
 * zone) and flags.
 *
 * Bytes stay as they are. The one exception is line ends: mail at rest on Unix has LF where the wire had CRLF (RFC 5322
 * section 2.3), so a message all of whose lines end in LF gets CRLF back, and is counted. Messages with both kinds stay
 * as they are, and so does whatever our own writers wrote.
 */
export interface ArchivedMessage {
  readonly bytes: Uint8Array;
  /** Flags as IMAP spells them. */
  readonly flags: readonly string[];
  /** Undefined when the archive does not say. */
  readonly internalDate: InternalDate | undefined;
}

export type ArchiveFormat = 'mbox' | 'maildir' | 'eml';
export const ARCHIVE_FORMATS: readonly ArchiveFormat[] = ['mbox', 'maildir', 'eml'];

/** A message, or a place where one should be and is not. */
export type Found = FoundMessage | BrokenMessage;

export interface FoundMessage {
  readonly kind: 'message';
  readonly message: ArchivedMessage;
  /** Where it was, when that is said in it and not by the archive; undefined: it is not. */
  readonly place: GmailPlace | undefined;
  /** For people: where in the archive, such as `message 12 (octet 34567)` or a file name. */
  readonly where: string;
  /** Its lines ended in LF and now end in CRLF. */
  readonly lineEndsChanged: boolean;
  /** How far into the archive this was, on the scale of its `total`. */
  readonly done: number;
}

export interface BrokenMessage {
  readonly kind: 'broken';
  readonly where: string;
  /** For people: why it is no message. */
  readonly reason: string;
  readonly done: number;
}

/** An archive to read. */
export interface Archive {
  readonly format: ArchiveFormat;
  readonly path: string;
  /** Octets or files: what `done` counts towards. */
  readonly total: number;
  /**
   * Every message in order. At most one message and one block of the file are held at a time.
   * @param limit octets of the largest message; larger ones are broken and are never held whole.
   */
  read(limit: number): AsyncIterable<Found>;
}

/** An archive to write, in order. */
export interface ArchiveWriter {
  readonly format: ArchiveFormat;
  /** @param message its internal date must be known. */
  write(message: ArchivedMessage & { readonly internalDate: InternalDate }): Promise<void>;
  /** Makes the archive complete. */
  finish(): Promise<void>;
  /** Removes what was written so far. */
  abandon(): Promise<void>;
}
