import { Malformed, Refused } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import type { Session } from './session.ts';

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
