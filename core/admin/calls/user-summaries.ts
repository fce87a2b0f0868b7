import type { UserInfo } from '../../accounts/user.ts';
import { foldName } from '../../base/fold-name.ts';
import { adminLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import type { Usage } from '../../mail/ports.ts';
import type { QuotaSummary, UserSummary } from '../contract.ts';
import type { AdminDependencies } from '../dependencies.ts';

type Dependencies = Pick<AdminDependencies, 'directory' | 'sessions' | 'lockOuts' | 'mail'>;

/** All users, with what is known of each within adminLimits.usageTime. */
export async function userSummaries(dependencies: Dependencies): Promise<readonly UserSummary[]> {
  const { directory, sessions, lockOuts, mail } = dependencies;
  const users = directory.list();
  const usages = await usagesOf(users, mail);
  const groups = groupsByMember(dependencies);
  const logins = Map.groupBy(sessions.list(), ({ accountId }) => accountId);
  const locks = Map.groupBy(lockOuts.list(), ({ user }) => (user === undefined ? undefined : foldName(user)));
  return users.map(({ name, accountId, disabled, createdAt }, at) => ({
    name,
    accountId,
    disabled,
    createdAt,
    groups: groups.get(foldName(name)) ?? [],
    quota: quotaSummary(dependencies, users[at]!, usages[at]),
    sessions: logins.get(accountId)?.length ?? 0,
    lockedFrom: (locks.get(foldName(name)) ?? []).map(({ address }) => address),
  }));
}

function groupsByMember({ directory }: Dependencies): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { name, members } of directory.groups()) {
    for (const member of members.map(foldName)) groups.set(member, [...(groups.get(member) ?? []), name]);
  }
  return groups;
}

function quotaSummary({ mail }: Dependencies, user: UserInfo, usage: Usage | undefined): QuotaSummary {
  const limits = mail.limitsOf(user.accountId);
  const own = user.quota !== undefined;
  const { octets, messages } = usage ?? {};
  return { octets, messages, octetsLimit: limits.octets ?? 0, messagesLimit: limits.messages ?? 0, own };
}

/** In the order of the users. A few at once, and none after the time is over: a list must not wait for 500 accounts. */
async function usagesOf(users: readonly UserInfo[], mail: Dependencies['mail']): Promise<(Usage | undefined)[]> {
  const usages: (Usage | undefined)[] = users.map(() => undefined);
  let next = 0;
  let late = false;
  const slice = new Slice();
  const reader = async () => {
    while (next < users.length && !late) {
      const at = next++;
      usages[at] = await mail.usage(users[at]!.accountId);
      await slice.rest();
    }
  };
  const { promise: time, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, adminLimits.usageTime);
  await Promise.race([Promise.all(Array.from({ length: adminLimits.usageAtOnce }, reader)), time]);
  late = true;
  clearTimeout(timer);
  return [...usages];
}
