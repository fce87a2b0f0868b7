import { connectionLimits } from '../../base/limits.ts';
import type { ImapOptions } from '../ports.ts';

/** How a conversation stands at the moment when its deadlines are looked at. */
export interface Standing {
  readonly loggedIn: boolean;
  readonly idling: boolean;
  /** A command runs, and it is the server that the client waits for. */
  readonly busy: boolean;
  /** A literal is announced and on its way. */
  readonly literalUnderWay: boolean;
  /** Octets of the large one that were counted so far, in whole steps. */
  readonly literalOctets: number;
  /** Milliseconds for which the client has taken nothing of what is sent to it. */
  readonly stalledFor: number;
}

/** What is due: the socket is to be cut, the client told that all is well, or BYE said with this text. */
export type Due = 'cut' | 'heartbeat' | { readonly bye: string };

/** The deadlines that end a dead conversation (core/base/limits.ts). All times are milliseconds of the uptime. */
export class Deadlines {
  readonly begun: number;
  /** When the client last sent anything, or a command of its ended. */
  lastActivity: number;
  #lastHeartbeat = 0;
  /** What was last seen of a large literal, and since when. */
  #literal = { octets: 0, since: 0 };

  constructor(now: number) {
    this.begun = this.lastActivity = now;
  }

  due(now: number, standing: Standing, options: ImapOptions): Due | undefined {
    if (standing.stalledFor > connectionLimits.writeStall) return 'cut';
    if (!standing.loggedIn) return this.#dueBeforeLogin(now, standing);
    if (standing.idling) return this.#isHeartbeatDue(now, options.idleHeartbeat) ? 'heartbeat' : undefined;
    if (standing.busy) return undefined;
    const silence = now - this.lastActivity;
    if (this.#literalSilence(now, standing) > connectionLimits.literalStall) {
      return { bye: 'The rest of the literal did not come' };
    }
    return silence > options.autoLogout ? { bye: 'Autologout; idle for too long' } : undefined;
  }

  /** From connect on, whatever is sent meanwhile; a password that is being checked is waited for. */
  #dueBeforeLogin(now: number, { busy }: Standing): Due | undefined {
    return !busy && now - this.begun > connectionLimits.loginTime ? { bye: 'Autologout; no login in time' } : undefined;
  }

  /** An octet now and then shows that the client is there, and would hold the memory for a large literal for ever. */
  #literalSilence(now: number, { literalUnderWay, literalOctets }: Standing): number {
    if (literalOctets !== this.#literal.octets) this.#literal = { octets: literalOctets, since: now };
    if (!literalUnderWay) return 0;
    return now - (literalOctets > 0 ? this.#literal.since : this.lastActivity);
  }

  #isHeartbeatDue(now: number, interval: number): boolean {
    if (interval === 0 || now - Math.max(this.#lastHeartbeat, this.lastActivity) < interval) return false;
    this.#lastHeartbeat = now;
    return true;
  }
}
