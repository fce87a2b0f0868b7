import { type FlagSetId, type FlagSets, SYSTEM_FLAGS } from '../../mail/flags.ts';
import type { MailboxState } from '../../mail/ports.ts';
import { changeableFlags, type MailboxAccess, mayMakeKeywords } from './mailbox-rights.ts';
import type { ResponseWriter } from './response-writer.ts';
import type { Session } from './session.ts';

/** The keywords of the selected mailbox that the client was told of in a FLAGS reply (RFC 9051 section 7.3.5). */
export class ToldKeywords {
  #told: readonly string[];
  /** Flag sets without any other keyword: a set never changes, so each is looked at once. */
  readonly #known = new Set<FlagSetId>();

  constructor(told: readonly string[]) {
    this.#told = told;
  }

  get all(): readonly string[] {
    return this.#told;
  }

  /** All of them when the set has a keyword that is new to the client; undefined when there is nothing to tell. */
  learn(id: FlagSetId, flagSets: FlagSets, state: MailboxState): readonly string[] | undefined {
    if (this.#known.has(id)) return undefined;
    this.#known.add(id);
    const keywords = flagSets.get(id).filter((flag) => !flag.startsWith('\\'));
    if (keywords.every((keyword) => this.#told.includes(keyword))) return undefined;
    this.#told = [...new Set([...this.#told, ...state.keywords(), ...keywords])];
    return this.#told;
  }
}

/** Tells the client of keywords before, or with, the first message it sees them on: what it does not know it may drop. */
export function tellKeywords(session: Session, id: FlagSetId): void {
  const { view, writer } = session;
  const keywords = view.keywords.learn(id, view.state.flagSets, view.state);
  if (keywords !== undefined) writeFlags(writer, keywords, view.mailbox);
}

/** FLAGS and PERMANENTFLAGS (RFC 9051 section 6.3.2). */
export function writeFlags(writer: ResponseWriter, keywords: readonly string[], mailbox: MailboxAccess): void {
  writer.untagged(`FLAGS (${[...SYSTEM_FLAGS, ...keywords].join(' ')})`);
  writePermanentFlags(writer, keywords, mailbox, mayMakeKeywords(mailbox));
}

/**
 * The flags that the user can change for good.
 * @param newKeywords keywords can be made, too (`\*`)
 */
export function writePermanentFlags(
  writer: ResponseWriter,
  keywords: readonly string[],
  mailbox: MailboxAccess,
  newKeywords: boolean,
): void {
  // RFC 4314 5.1.1: MUST reflect the user's rights
  const changeable = changeableFlags(mailbox, [...SYSTEM_FLAGS, ...keywords]);
  const flags = [...changeable, ...(newKeywords ? ['\\*'] : [])];
  writer.untagged(`OK [PERMANENTFLAGS (${flags.join(' ')})] ${meaning(flags.length > 0, newKeywords)}`);
}

function meaning(someFlags: boolean, newKeywords: boolean): string {
  if (newKeywords) return 'Flags and new keywords are kept';
  return someFlags ? 'These flags are kept, no others' : 'No flags can be changed';
}
