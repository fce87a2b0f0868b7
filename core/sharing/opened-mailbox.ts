import type { Refused } from '../base/errors.ts';
import type { FlagChange } from '../mail/flags.ts';
import type {
  Copied,
  CopyTarget,
  FlagsStored,
  MailboxEntry,
  MailboxState,
  MessageColumns,
  Rows,
  SelectedMailbox,
  StoredMailbox,
  UidRange,
} from '../mail/ports.ts';
import { NO_RIGHTS, type Right, type Rights } from '../mail/rights.ts';
import type { ContentCriterion } from '../mail/search-criteria.ts';
import type { MessageSummary, SummaryField } from '../mail/summary.ts';
import { flagRightsOf, mayChange } from './effective-rights.ts';
import { noSuchMailbox, notPermitted } from './failures.ts';
import { NamedState, withdrawnState } from './mailbox-states.ts';

/** What a selected mailbox asks of the user's mail it belongs to. */
export interface OpenedBy {
  /**
   * Where messages from this account go.
   * @throws Refused NONEXISTENT, NOPERM
   */
  target(name: string, from: string): CopyTarget;
  /** The user's rights at this moment on a mailbox of an account; none when he may not see it. */
  rightsOn(owner: string, mailbox: string): Rights;
  /** Undefined when the owner is gone. */
  shown(owner: string, stored: MailboxEntry): MailboxEntry | undefined;
  closed(mailbox: OpenedMailbox): void;
}

/** A mailbox that a session has selected, with the rights that its user has at every moment. */
export class OpenedMailbox implements SelectedMailbox {
  /** A plain field: every reply reads it. One's own mailbox is the store's own state. */
  state: MailboxState;
  rights: Rights;
  readonly accountId: string;
  readonly #stored: StoredMailbox;
  readonly #by: OpenedBy;
  /** Opened with EXAMINE. */
  readonly #examined: boolean;
  readonly #onChange: () => void;
  #withdrawn = false;

  /** @param named under its name in a namespace, not as the account has it */
  constructor(
    stored: StoredMailbox,
    facts: { owner: string; rights: Rights; named: boolean; examined: boolean; onChange: () => void },
    by: OpenedBy,
  ) {
    this.#stored = stored;
    this.accountId = facts.owner;
    this.#by = by;
    this.#examined = facts.examined;
    this.#onChange = facts.onChange;
    this.rights = facts.rights;
    this.state = facts.named ? new NamedState(stored.state, (entry) => by.shown(facts.owner, entry)) : stored.state;
  }

  /** Also while nothing in it may be changed: what a user may do is looked at with every command. */
  get readOnly(): boolean {
    return this.#examined || this.unwritable !== undefined || !mayChangeMailbox(this.rights);
  }

  get unwritable(): Refused | undefined {
    return this.#stored.unwritable;
  }

  get withdrawn(): boolean {
    return this.#withdrawn;
  }

  /** Rights or people have changed. */
  review(): void {
    if (this.#withdrawn) return;
    const rights = this.#by.rightsOn(this.accountId, this.#stored.state.entry.objectId);
    if (sameRights(rights, this.rights)) return;
    if (rights.has('l') && rights.has('r')) this.rights = rights;
    else this.#withdraw();
    this.#onChange();
  }

  claimRecent(): UidRange {
    return this.#withdrawn ? { from: 0, to: 0 } : this.#stored.claimRecent();
  }

  async storeFlags(uids: ArrayLike<number>, change: FlagChange, unchangedSince?: number): Promise<FlagsStored> {
    this.#refuseWithdrawn();
    const may = flagRightsOf(this.rights);
    // RFC 4314 section 4: SHOULD NOT fail if the user may change at least one of the flags
    if (may !== undefined && change.flags.length > 0 && !change.flags.some((flag) => mayChange(flag, may))) {
      throw notPermitted();
    }
    return this.#stored.storeFlags(uids, change, { unchangedSince, may });
  }

  async expunge(uids: ArrayLike<number>): Promise<ArrayLike<number>> {
    this.#need('e'); // RFC 4314 4
    return this.#stored.expunge(uids);
  }

  async copy(uids: ArrayLike<number>, target: string): Promise<Copied> {
    this.#refuseWithdrawn();
    return this.#stored.copy(uids, this.#by.target(target, this.accountId));
  }

  async move(uids: ArrayLike<number>, target: string): Promise<Copied> {
    // RFC 6851 section 4.2: those of COPY, of STORE and of EXPUNGE
    this.#need('t');
    this.#need('e');
    return this.#stored.move(uids, this.#by.target(target, this.accountId));
  }

  async matching(candidates: Rows, criterion: ContentCriterion, gone?: AbortSignal): Promise<Uint32Array> {
    this.#refuseWithdrawn();
    return this.#stored.matching(candidates, criterion, gone);
  }

  async summaries<Field extends SummaryField>(
    wanted: Rows,
    fields: readonly Field[],
  ): Promise<readonly (Pick<MessageSummary, Field> | undefined)[]> {
    this.#refuseWithdrawn();
    return this.#stored.summaries(wanted, fields);
  }

  async contents(wanted: Rows, room?: Uint8Array): Promise<readonly (Uint8Array | undefined)[]> {
    this.#refuseWithdrawn();
    return this.#stored.contents(wanted, room);
  }

  async range(columns: MessageColumns, row: number, start: number, end: number): Promise<Uint8Array> {
    this.#refuseWithdrawn();
    return this.#stored.range(columns, row, start, end);
  }

  close(): void {
    this.#by.closed(this);
    this.#stored.close();
  }

  #withdraw(): void {
    this.#withdrawn = true;
    this.rights = NO_RIGHTS;
    this.state = withdrawnState(this.state, this.state.entry);
  }

  #need(right: Right): void {
    this.#refuseWithdrawn();
    if (!this.rights.has(right)) throw notPermitted();
  }

  #refuseWithdrawn(): void {
    if (this.#withdrawn) throw noSuchMailbox();
  }
}

/** Whether there is anything to change (RFC 4314 section 5.2; \Seen is the user's own, and a change). */
export function mayChangeMailbox(rights: Rights): boolean {
  return CHANGING.some((right) => rights.has(right));
}

const CHANGING: readonly Right[] = ['s', 'w', 'i', 't', 'e'];

function sameRights(one: Rights, other: Rights): boolean {
  return one.size === other.size && [...one].every((right) => other.has(right));
}
