import { Malformed, Refused } from '../../base/errors.ts';
import { messageLimits, wireLimits } from '../../base/limits.ts';
import type { Session } from './session.ts';

/** Octets of literals that all connections together are in the middle of sending, announced ones included. */
export class LiteralBudget {
  #taken = 0;
  readonly #byHolder = new Map<string, number>();

  /** @param holder who sends them: nobody gets all there is, or his literals that never come would keep others out */
  take(holder: string, octets: number): boolean {
    const held = (this.#byHolder.get(holder) ?? 0) + octets;
    if (held > messageLimits.literalsPerUser || this.#taken + octets > messageLimits.literalsInFlight) return false;
    this.#taken += octets;
    this.#byHolder.set(holder, held);
    return true;
  }

  giveBack(holder: string, octets: number): void {
    const left = (this.#byHolder.get(holder) ?? 0) - octets;
    this.#taken -= octets;
    if (left > 0) this.#byHolder.set(holder, left);
    else this.#byHolder.delete(holder);
  }
}

/** What one connection has of the budget for the command it is sending. */
export class LiteralReservation {
  readonly #budget: LiteralBudget;
  #octets = 0;
  #holder = '';

  constructor(budget: LiteralBudget) {
    this.#budget = budget;
  }

  get octets(): number {
    return this.#octets;
  }

  /** @param holder all of a user's connections together, or all of an address before login */
  take(holder: string, octets: number): Refused | undefined {
    this.#holder = holder;
    if (!this.#budget.take(holder, octets)) {
      return new Refused('LIMIT', 'The server is busy with other large messages; try again in a moment');
    }
    this.#octets += octets;
    return undefined;
  }

  release(): void {
    if (this.#octets > 0) this.#budget.giveBack(this.#holder, this.#octets);
    this.#octets = 0;
  }
}

/** A literal that a client announces. */
export interface AnnouncedLiteral {
  readonly octets: number;
  /** Which literal of the command, from 0. */
  readonly index: number;
  /** Octets of all literals of the command, this one included. */
  readonly total: number;
  /** The command up to the literal. */
  readonly head: Uint8Array;
}

/** Decides before a literal is sent whether it may be (RFC 7888 section 4); answers the refusal, or undefined. */
export function refusalOf(literal: AnnouncedLiteral, session: Session): Refused | Malformed | undefined {
  if (session.state === 'notAuthenticated') {
    if (literal.index >= wireLimits.literalsBeforeLogin) return new Malformed('Too many literals before login');
    if (literal.total <= wireLimits.literalBeforeLogin) return undefined;
    return new Malformed(`Literals before login may have ${wireLimits.literalBeforeLogin} octets at most`);
  }
  if (isAppend(literal.head)) return refusalOfMessage(literal, session.options.appendLimit);
  if (literal.total > wireLimits.literal) {
    return new Malformed(`Literals of this command may have ${wireLimits.literal} octets at most`);
  }
  if (literal.index >= wireLimits.literalsPerCommand) return new Malformed('Too many literals in one command');
  return undefined;
}

/**
 * A refused literal that does not wait for our word is on its way already. RFC 7888 section 4 leaves two ways: to read
 * and drop it, which keeps the connection, or BYE. True for one so long that no mail program is behind it.
 */
export function isWorthBye(octets: number, session: Session): boolean {
  return octets > (session.state === 'notAuthenticated' ? wireLimits.swallowedBeforeLogin : wireLimits.swallowed);
}

function refusalOfMessage({ octets, index, total }: AnnouncedLiteral, appendLimit: number): Refused | undefined {
  // RFC 7889 section 4
  if (octets > appendLimit) return new Refused('TOOBIG', `A message may have ${appendLimit} octets at most`);
  if (total > Math.max(wireLimits.octetsPerAppend, appendLimit) || index >= 2 * wireLimits.messagesPerAppend) {
    return new Refused('LIMIT', 'Too much in one APPEND; send the messages in several commands');
  }
  return undefined;
}

function isAppend(head: Uint8Array): boolean {
  return /^[^ ]+ append /i.test(Buffer.from(head.subarray(0, 200)).toString('latin1'));
}
