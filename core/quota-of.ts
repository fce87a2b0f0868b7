import type { Directory } from './accounts/directory.ts';
import type { QuotaLimits } from './mail/ports.ts';
import type { Settings } from './settings/store.ts';

const MiB = 1024 * 1024;

/**
 * What an account may hold at this moment: the user's own quota, else what the settings say for all. Where those say 0
 * nobody has set a limit, and for the public folders nobody can.
 */
export function quotaOf(
  settings: Pick<Settings, 'get'>,
  directory: Pick<Directory, 'userById'>,
): (accountId: string) => QuotaLimits {
  return (accountId) => {
    const user = directory.userById(accountId);
    if (user === undefined) return { octets: undefined, messages: undefined };
    const { octets, messages } = user.quota ?? {
      octets: settings.get('quota.octets') * MiB,
      messages: settings.get('quota.messages'),
    };
    return { octets: octets || undefined, messages: messages || undefined };
  };
}
