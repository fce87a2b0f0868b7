import type { Clock, Uptime } from '../../base/clock.ts';
import type { SessionInfo } from '../ports.ts';
import type { Session } from './session.ts';

/** What a connection knows beside its session. */
export interface ConnectionFacts {
  readonly session: Session;
  readonly address: string;
  /** Undefined on a plain connection. */
  readonly tlsVersion: string | undefined;
  /** It has said BYE or is cut. */
  readonly over: boolean;
  /** Milliseconds of the uptime. */
  readonly begun: number;
  readonly lastActivity: number;
  readonly octetsIn: number;
  readonly octetsOut: number;
}

/** A connection as the administrator sees it. */
export function sessionInfoOf(facts: ConnectionFacts, clock: Clock, uptime: Uptime): SessionInfo {
  const { session } = facts;
  // Moments are kept on the uptime, which nobody sets back.
  const began = clock.now() - uptime();
  return {
    id: session.id,
    user: session.user?.name,
    accountId: session.user?.accountId,
    address: facts.address,
    clientId: session.clientId,
    tls: facts.tlsVersion,
    state: stateOf(facts),
    mailbox: session.mailboxName,
    connectedAt: Math.round(began + facts.begun),
    lastActivityAt: Math.round(began + facts.lastActivity),
    octetsIn: facts.octetsIn,
    octetsOut: facts.octetsOut,
    lastCommand: session.lastCommand,
  };
}

function stateOf({ session, over }: ConnectionFacts): SessionInfo['state'] {
  if (over) return 'logout';
  return session.idling ? 'idling' : session.state;
}
