import type { AccessRule } from '../../core/settings/access-rule.ts';
import { accessText } from '../text/imap4-sheet.ts';

/** What a wrong cell of the grid must be, in words. */
export function accessCellProblem(cell: string, rule: AccessRule | undefined): string | undefined {
  if (cell === 'address') return accessText.addressWrong[rule?.type === 'ipv6' ? 'ipv6' : 'ipv4'];
  if (cell === 'prefix') return accessText.prefixWrong(longestPrefix(rule));
  return cell === 'users' ? accessText.usersWrong : undefined;
}

/** All bits of an address. */
export function longestPrefix(rule: Pick<AccessRule, 'type'> | undefined): number {
  return rule?.type === 'ipv6' ? 128 : 32;
}
