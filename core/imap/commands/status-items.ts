import type { MailboxStatus } from '../../mail/ports.ts';
import type { Session } from '../session/session.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';
import { mailboxName } from '../wire/encode.ts';
import { enableCondstore } from './condstore.ts';

/** The value of each status data item. */
const VALUES = {
  // RFC 9051 section 6.3.11
  MESSAGES: ({ messages }) => messages,
  UIDNEXT: ({ uidNext }) => uidNext,
  UIDVALIDITY: ({ uidValidity }) => uidValidity,
  UNSEEN: ({ unseen }) => unseen,
  DELETED: ({ deleted }) => deleted,
  SIZE: ({ size }) => size,
  // RFC 3501 section 6.3.10; asked for by IMAP4rev1 clients only (RFC 9051 appendix E)
  RECENT: ({ recent }) => recent,
  // RFC 7162 section 3.1.7
  HIGHESTMODSEQ: ({ highestModseq }) => highestModseq,
  // RFC 8474 section 4.3
  MAILBOXID: ({ objectId }) => `(${objectId})`,
  // RFC 7889 section 3.1
  APPENDLIMIT: (_, { options }) => options.appendLimit,
  // RFC 9208 section 4.1.4: the sum of the messages' octets
  'DELETED-STORAGE': ({ deletedSize }) => deletedSize,
} satisfies Record<string, (status: MailboxStatus, session: Session) => number | string>;

/** A status data item. */
export type StatusItem = keyof typeof VALUES;

const NAMES = Object.keys(VALUES) as StatusItem[];

/** "(" status-att *(SP status-att) ")", each once. */
export function expectStatusItems(reader: ArgumentReader): readonly StatusItem[] {
  const items = reader.expectList(() => reader.expectKeyword(...NAMES) as StatusItem, { min: 1 });
  return [...new Set(items)];
}

/** Asking for HIGHESTMODSEQ switches CONDSTORE on (RFC 7162 section 3.1). */
export function noteStatusItems(session: Session, items: readonly StatusItem[]): void {
  if (items.includes('HIGHESTMODSEQ')) enableCondstore(session);
}

/** Writes the STATUS reply (RFC 9051 section 7.3.3). */
export function writeStatus(session: Session, name: string, status: MailboxStatus, items: readonly StatusItem[]): void {
  const values = items.map((item) => `${item} ${VALUES[item](status, session)}`);
  session.writer.untagged(`STATUS ${mailboxName(name, session.rev2)} (${values.join(' ')})`);
}
