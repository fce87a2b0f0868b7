import { SEPARATOR } from '../mail/special-use.ts';
import { type People, PUBLIC_ACCOUNT } from './ports.ts';

/** One quota root for an account: `user/Karen`, and `public` for the public folders (RFC 9208 section 3.2). */
const USER = `user${SEPARATOR}`;
const PUBLIC = 'public';

export function quotaRootOf(owner: string, people: Pick<People, 'userById'>): string {
  return owner === PUBLIC_ACCOUNT ? PUBLIC : USER + (people.userById(owner)?.name ?? owner);
}

/** Whose root it is; undefined when it is none. */
export function ownerOfRoot(root: string, people: Pick<People, 'userNamed'>): string | undefined {
  if (root === PUBLIC) return PUBLIC_ACCOUNT;
  return root.startsWith(USER) ? people.userNamed(root.slice(USER.length))?.accountId : undefined;
}
