import { Refused } from '../../base/errors.ts';
import type { MailAccount, QuotaState } from '../../mail/ports.ts';
import type { Session } from '../session/session.ts';
import { astring, mailboxName, utf8 } from '../wire/encode.ts';
import type { Command, Completion } from './command.ts';
import { expectMailboxName, INBOX, spelledBy } from './mailbox-argument.ts';

/**
 * GETQUOTA (RFC 9208 section 4.1.1). There is no SETQUOTA here, and so no QUOTASET: limits are the administrator's.
 */
export const getQuota: Command<string> = {
  name: 'GETQUOTA',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['QUOTA', 'QUOTA=RES-STORAGE', 'QUOTA=RES-MESSAGE'],
  parse(reader) {
    reader.expectSpace();
    const root = reader.expectAstringText('the name of a quota root');
    reader.expectEnd();
    return root;
  },
  async run(session, root) {
    const state = await session.account.quota(root);
    // RFC 9208 section 5, quota-list: at least one resource
    if (!isLimited(state)) throw new Refused('NONEXISTENT', 'Nothing is limited there, so there is no quota');
    writeQuota(session, root, state);
    return { text: 'Quota told' };
  },
};

/** GETQUOTAROOT (RFC 9208 section 4.1.2). */
export const getQuotaRoot: Command<string> = {
  name: 'GETQUOTAROOT',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  capabilities: () => ['QUOTA'],
  parse(reader, { utf8: asUtf8 }) {
    const name = expectMailboxName(reader, asUtf8);
    reader.expectEnd();
    return name;
  },
  run: runGetQuotaRoot,
};

async function runGetQuotaRoot(session: Session, name: string): Promise<Completion> {
  const roots = rootsOf(session.account, name);
  const mailbox = mailboxName(spelledBy(session.account, name), session.rev2);
  const states = await Promise.all(roots.map(async (root) => ({ root, state: await session.account.quota(root) })));
  // Without a limit there is nothing that a QUOTA reply could tell (RFC 9208 section 5), and so no root.
  const limited = states.filter(({ state }) => isLimited(state));
  session.writer.untagged(['QUOTAROOT', mailbox, ...limited.map(({ root }) => astring(utf8(root)))].join(' '));
  for (const { root, state } of limited) writeQuota(session, root, state);
  return { text: 'Quota roots told' };
}

/**
 * RFC 9208 4.1.2: the mailbox need not be there; one's own that is still to be made will count as INBOX does. What may
 * or may not be there of others' is not told.
 */
function rootsOf(account: MailAccount, name: string): readonly string[] {
  try {
    return account.quotaRoots(name);
  } catch (problem) {
    const isMissing = problem instanceof Refused && problem.code === 'NONEXISTENT';
    if (!isMissing || name.startsWith('#')) throw problem;
    return account.quotaRoots(INBOX);
  }
}

function isLimited({ limits }: QuotaState): boolean {
  return limits.octets !== undefined || limits.messages !== undefined;
}

function writeQuota(session: Session, root: string, state: QuotaState): void {
  session.writer.untagged(`QUOTA ${astring(utf8(root))} (${resourcesText(state)})`);
}

/**
 * quota-resource *(SP quota-resource), of what is limited; nothing when nothing is (RFC 9208 section 4.2.1). STORAGE is
 * in units of 1024 octets (section 5.1): what is used is rounded up and what is allowed down, so that nobody believes in
 * room that is not there.
 */
export function resourcesText({ usage, limits }: QuotaState): string {
  const resources: string[] = [];
  if (limits.octets !== undefined) {
    resources.push(`STORAGE ${Math.ceil(usage.octets / UNIT)} ${Math.floor(limits.octets / UNIT)}`);
  }
  if (limits.messages !== undefined) resources.push(`MESSAGE ${usage.messages} ${limits.messages}`);
  return resources.join(' ');
}

const UNIT = 1024;
