import { z } from 'zod';
import { accessLimits } from '../base/limits.ts';

/** Which addresses a line of the IP Access Restrictions grid is about. */
export const accessRuleTypes = ['any', 'local', 'ipv4', 'ipv6'] as const;
export type AccessRuleType = (typeof accessRuleTypes)[number];

/** One line of the grid (IMAP4-SERVICE: "IP Access Restrictions tab"). The first line that fits decides. */
export interface AccessRule {
  /** VPOP3: "Restrict". */
  readonly restrict: 'allow' | 'deny';
  readonly type: AccessRuleType;
  /** The network's address, for the types `ipv4` and `ipv6`; empty for the others. */
  readonly address: string;
  /** How many bits of the address count: 0 to 32, or to 128. */
  readonly prefix: number;
  /** User names, in any case; empty = everyone. A line with users is looked at when somebody logs in. */
  readonly users: readonly string[];
}

const place = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['any', 'local']), address: z.literal(''), prefix: z.literal(0) }),
  z.strictObject({ type: z.literal('ipv4'), address: z.ipv4(), prefix: z.int().min(0).max(32) }),
  z.strictObject({ type: z.literal('ipv6'), address: z.ipv6(), prefix: z.int().min(0).max(128) }),
]);

/** White space, commas and semicolons are in no user's name, and part them where rules are written as text. */
const userName = z.string().regex(/^[^\s,;]{1,254}$/);

const line = z.strictObject({
  restrict: z.enum(['allow', 'deny']),
  users: z.array(userName).max(accessLimits.usersPerRule),
});

/** Strict on both sides: a misspelt `users` would make a line hold for everyone. */
export const accessRulesSchema: z.ZodType<readonly AccessRule[]> = z
  .array(z.intersection(line, place))
  .max(accessLimits.rules);

/** What the rules say of an address and a user. */
export interface RuleVerdict {
  readonly allowed: boolean;
  /** The row that decided, from 0; undefined when none fits. */
  readonly row: number | undefined;
  /** In words. */
  readonly text: string;
}
