import { Refused } from '../../base/errors.ts';
import type { QuotaState } from '../../mail/ports.ts';
import { ConnectionClosed } from '../session/response-writer.ts';
import type { Session } from '../session/session.ts';
import { INBOX } from './mailbox-argument.ts';

/** Per cent of a quota from which on the user is warned at login, each with what he is told. */
const LEVELS: readonly (readonly [percent: number, text: string])[] = [
  [100, 'Your mail has reached its limit: new messages are refused until you delete some and empty the Trash'],
  [90, 'Your mail is almost at its limit: delete messages and empty the Trash soon, or new ones will be refused'],
  [80, 'Your mail is coming close to its limit: delete messages and empty the Trash'],
];

/**
 * Tells a user who has just logged in that his mail comes close to its quota. An ALERT: OVERQUOTA would have to wait
 * until a mailbox is selected (RFC 9208 section 4.3.1). Never rejects: whatever is wrong with a quota keeps nobody out.
 */
export async function warnOfQuota(session: Session): Promise<void> {
  const { account, writer, logger } = session;
  try {
    for (const root of account.quotaRoots(INBOX)) {
      const warning = warningOf(await account.quota(root));
      // RFC 9051 section 7.1, ALERT: the client MUST show it, under TLS
      if (warning !== undefined) writer.untagged(`OK [ALERT] ${warning}`);
    }
  } catch (problem) {
    if (problem instanceof ConnectionClosed || problem instanceof Refused) return;
    logger.error({ err: problem, session: session.id }, 'the quota could not be looked at after a login');
  }
}

/** What to say of the resource that is used up most; undefined while there is room. */
export function warningOf({ usage, limits }: QuotaState): string | undefined {
  const used = Math.max(percentOf(usage.octets, limits.octets), percentOf(usage.messages, limits.messages));
  const level = LEVELS.find(([percent]) => used >= percent);
  if (level === undefined) return undefined;
  const [, text] = level;
  return Number.isFinite(used) ? `${text} (${Math.floor(used)} % used)` : text;
}

function percentOf(used: number, limit: number | undefined): number {
  if (limit === undefined) return 0;
  // A limit of 0 prohibits any use (RFC 9208 section 3.1.2); who has nothing needs no warning.
  return used === 0 ? 0 : (used / limit) * 100;
}
