import { createHash } from 'node:crypto';
import type { FlagSets } from '../mail/flags.ts';
import type { Added, Copied, FlagsStored, MailboxState, SelectedMailbox, UidRange } from '../mail/ports.ts';
import type { Rights } from '../mail/rights.ts';
import { onlyLevel } from './failures.ts';
import { emptyState, withdrawnState } from './mailbox-states.ts';

/** A level is seen and opened, and nothing else can be done with it. */
export const LEVEL_RIGHTS: Rights = new Set(['l', 'r']);

/**
 * A level of the hierarchy as an empty mailbox (setting fakeInaccessibleMailboxes). Everything that clients remember of
 * it follows from its name, so it is the same in every session and after every start.
 */
export function levelState(name: string, flagSets: FlagSets): MailboxState {
  return emptyState({
    entry: { name, objectId: levelId(name), specialUse: [] },
    flagSets,
    // Below what any mailbox ever has: should the level become one, clients forget what they knew. RFC 9051 2.3.1.1
    uidValidity: 1,
    uidNext: 1,
    highestModseq: 1,
    expungeEpoch: 0,
    deleted: false,
  });
}

/** RFC 8474 section 4.1. Mailboxes' ids begin with F. */
function levelId(name: string): string {
  return `L${createHash('sha256').update(name).digest('base64url').slice(0, 22)}`;
}

/** A level that a session has selected. */
export class FakedLevel implements SelectedMailbox {
  readonly readOnly = true;
  readonly accountId = undefined;
  rights = LEVEL_RIGHTS;
  state: MailboxState;
  readonly #isLevel: () => boolean;
  readonly #onChange: () => void;
  readonly #onClose: (level: FakedLevel) => void;

  /** @param isLevel whether the user still sees something below it */
  constructor(state: MailboxState, isLevel: () => boolean, onChange: () => void, onClose: (level: FakedLevel) => void) {
    this.state = state;
    this.#isLevel = isLevel;
    this.#onChange = onChange;
    this.#onClose = onClose;
  }

  /** Something was shared or withdrawn. */
  review(): void {
    if (this.state.deleted || this.#isLevel()) return;
    this.state = withdrawnState(this.state, this.state.entry);
    this.#onChange();
  }

  claimRecent(): UidRange {
    return { from: 0, to: 0 };
  }

  async storeFlags(): Promise<FlagsStored> {
    throw onlyLevel();
  }

  async expunge(): Promise<ArrayLike<number>> {
    throw onlyLevel();
  }

  // COPY and MOVE of no message go no further than imap, which knows that there is none.
  async copy(): Promise<Copied> {
    return NOTHING_COPIED;
  }

  async move(): Promise<Copied> {
    return NOTHING_COPIED;
  }

  async matching(): Promise<Uint32Array> {
    return new Uint32Array(0);
  }

  async summaries(): Promise<readonly undefined[]> {
    return [];
  }

  async contents(): Promise<readonly undefined[]> {
    return [];
  }

  async range(): Promise<Uint8Array> {
    throw onlyLevel();
  }

  close(): void {
    this.#onClose(this);
  }
}

const NOTHING: Added = { uidValidity: 1, uids: [] };
const NOTHING_COPIED: Copied = { ...NOTHING, sourceUids: [] };
